/** The list of files: pages, progress of folders, how often it is looked at. */
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../renderer/design/file-tree-model.ts'
import { FileProgress, refreshMs } from '../../../renderer/detail/files/file-list.ts'
import { loadFiles, MAX_LISTED } from '../../../renderer/model/share-files.ts'
import { MAX_FILES_PER_PAGE } from '../../../shared/contract/limits.ts'

function engineWith(total: number) {
  const asked: number[] = []
  return {
    asked,
    files: async ({ offset, count }: { offset: number; count: number }) => {
      asked.push(offset)
      const length = Math.max(0, Math.min(count, total - offset))
      const files = Array.from({ length }, (_, at) => ({
        index: offset + at,
        path: `folder ${(offset + at) % 10}/file ${offset + at}`,
        sizeBytes: 10,
        haveBytes: (offset + at) % 3,
        selected: true,
      }))
      return { total, files }
    },
  }
}
const never = new AbortController().signal

describe('pages', () => {
  test('[UI51] a long list comes page by page, and how far it is told after each', async () => {
    const engine = engineWith(2 * MAX_FILES_PER_PAGE + 5)
    const told: number[] = []
    const { files, total } = await loadFiles(engine, 'root', never, (known) => told.push(known))
    expect(engine.asked).toEqual([0, MAX_FILES_PER_PAGE, 2 * MAX_FILES_PER_PAGE])
    expect(told).toEqual([MAX_FILES_PER_PAGE, 2 * MAX_FILES_PER_PAGE, 2 * MAX_FILES_PER_PAGE + 5])
    expect([files.length, total]).toEqual([2 * MAX_FILES_PER_PAGE + 5, 2 * MAX_FILES_PER_PAGE + 5])
  })

  test('[UI51] a list beyond all bounds is listed up to the bound, with its true length', async () => {
    const { files, total } = await loadFiles(engineWith(MAX_LISTED + 50_000), 'root', never)
    expect([files.length, total]).toEqual([MAX_LISTED, MAX_LISTED + 50_000])
  })

  test('[UI51] an engine that ends a list early ends it; nobody waits for the rest', async () => {
    const engine = { files: async () => ({ total: 10, files: [] }) }
    expect(await loadFiles(engine, 'root', never)).toEqual({ files: [], total: 10 })
  })

  test('[UI51] whoever turns away ends the loading after the page', async () => {
    const stop = new AbortController()
    const engine = engineWith(5 * MAX_FILES_PER_PAGE)
    await expect(loadFiles(engine, 'root', stop.signal, () => stop.abort())).rejects.toThrow()
    expect(engine.asked).toEqual([0])
  })

  test('[UI51] the longer the list, the less often its progress is asked for', () => {
    const waits = [10, 2_000, 5_000, 50_000].map(refreshMs)
    expect([...waits].sort((a, b) => a - b)).toEqual(waits)
  })
})

test('[UI51] a folder has what its files have, wherever they stand in the manifest', async () => {
  const { files } = await loadFiles(engineWith(100), 'root', never)
  const tree = fileTree(files)
  const progress = new FileProgress(tree.files, (index) => files[index]?.haveBytes ?? 0)
  for (const folder of tree.root.children) {
    if (folder.kind !== 'folder') throw new Error('All files are in folders here.')
    const inside = files.filter(({ path }) => path.startsWith(`${folder.name}/`))
    expect(progress.haveBytes(folder.from, folder.to)).toBe(inside.reduce((sum, { haveBytes }) => sum + haveBytes, 0))
  }
  expect(progress.haveBytes(0, 100)).toBe(99)
})
