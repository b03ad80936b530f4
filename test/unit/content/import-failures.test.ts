/** Imports that cannot go on, or are told to stop: what is said, of which file, and that it is at once. */
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importPath } from '../../../main/engine/content/import-path.ts'
import { temporaryFolder, writeTree } from './support.ts'

describe('an import that cannot go on', () => {
  test('[CO5] a file that grew after it was listed is hashed as it is then', async () => {
    const path = join(await temporaryFolder(), 'log')
    await writeFile(path, 'first')
    let last = { totalBytes: 0, doneBytes: 0 }
    let changed = false
    const result = await importPath(path, {
      onProgress: (progress) => {
        last = progress
        if (progress.phase === 'hashing' && !changed) {
          changed = true
          execFileSync('sh', ['-c', `printf second >> '${path}'`])
        }
      },
    })
    await writeFile(`${path}2`, await readFile(path))
    expect(result.root.toString()).toBe((await importPath(`${path}2`)).root.toString())
    expect(last).toMatchObject({ totalBytes: 11, doneBytes: 11 })
  })

  test.each([
    ['vanishes', (path: string) => execFileSync('rm', [path])],
    ['becomes a link', (path: string) => execFileSync('sh', ['-c', `rm '${path}'; ln -s /etc/passwd '${path}'`])],
    ['becomes a pipe', (path: string) => execFileSync('sh', ['-c', `rm '${path}'; mkfifo '${path}'`])],
  ])('[CO5] a file that %s while others are hashed ends the import with its name', async (_, change) => {
    const root = await temporaryFolder()
    await writeTree(root, { a: 'a', 'sub/victim': 'v' })
    let changed = false
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === 'hashing' && !changed) {
        changed = true
        change(join(root, 'sub/victim'))
      }
    }
    await expect(importPath(root, { onProgress })).rejects.toMatchObject({
      code: 'CONTENT_CHANGED',
      facts: { path: expect.stringMatching(/sub\/victim$/) },
    })
  })

  test('a path that is not there, or neither file nor folder', async () => {
    await expect(importPath(join(await temporaryFolder(), 'nothing'))).rejects.toMatchObject({ code: 'PATH_MISSING' })
    await expect(importPath('/dev/null')).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('[CO20] a file of more chunks than a share can have is refused before it is read', async () => {
    const path = join(await temporaryFolder(), 'huge')
    await writeFile(path, '')
    await truncate(path, 4_000_000 * 1_048_576 + 1)
    await expect(importPath(path, { signal: AbortSignal.timeout(10_000) })).rejects.toMatchObject({
      code: 'CONTENT_INVALID',
      facts: { limit: 'bytes' },
    })
  })

  test('[CO3] what cannot be read is an error that names it', async () => {
    const root = await temporaryFolder()
    await writeTree(root, { a: 'a', 'locked/b': 'b', locked2: 'c' })
    execFileSync('chmod', ['755', root])
    for (const locked of ['locked', 'locked2']) {
      execFileSync('chmod', ['000', join(root, locked)])
      const script = `
        import { importPath } from ${JSON.stringify(new URL('../../../main/engine/content/import-path.ts', import.meta.url).href)}
        await importPath(${JSON.stringify(root)}).then(() => console.log('imported'), (error) => console.log(error.code, error.facts.path))`
      // Root may read everything: as somebody else then.
      const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        ...identity,
      })
      expect(said.trim()).toBe(`PATH_UNREADABLE ${join(root, locked)}`)
      execFileSync('chmod', ['755', join(root, locked)])
    }
  })

  test('folders nested deeper than a share may be', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, ...Array.from({ length: 65 }, () => 'd')), { recursive: true })
    await expect(importPath(root)).rejects.toMatchObject({ code: 'CONTENT_INVALID' })
  })

  test('is cancelled at once, with the reason given, however much is left', async () => {
    const path = join(await temporaryFolder(), 'sparse')
    await writeFile(path, '')
    await truncate(path, 64 * 2 ** 30)
    const controller = new AbortController()
    const reason = new Error('enough')
    let doneBytes = 0
    const onProgress = (progress: { doneBytes: number }) => {
      doneBytes = progress.doneBytes
      if (doneBytes > 0) controller.abort(reason)
    }
    await expect(importPath(path, { signal: controller.signal, onProgress })).rejects.toBe(reason)
    expect(doneBytes).toBeLessThan(2 ** 30)
    await expect(importPath(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  test('reports walking, then hashing from nothing to all', async () => {
    const root = await temporaryFolder()
    await writeTree(root, { a: Buffer.alloc(3_000_000), b: 'b' })
    const seen: { phase: string; files: number; totalBytes: number; doneBytes: number }[] = []
    await importPath(root, { onProgress: (progress) => void seen.push({ ...progress }) })
    expect(seen[0]).toMatchObject({ phase: 'walking' })
    expect(seen.find(({ phase }) => phase === 'hashing')).toMatchObject({
      files: 2,
      totalBytes: 3_000_001,
      doneBytes: 0,
    })
    expect(seen.at(-1)).toEqual({ phase: 'hashing', files: 2, totalBytes: 3_000_001, doneBytes: 3_000_001 })
  })
})
