/** The files of a share: fetched page by page, and printed as a tree. Rules [CL2] [CL7]. */
import type { EngineApi } from '../shared/contract/engine-api.ts'
import { MAX_FILES_PER_PAGE } from '../shared/contract/limits.ts'
import type { FileEntry, ShareSummary } from '../shared/contract/model.ts'
import { formatBytes } from '../shared/format/bytes.ts'
import { visible } from '../shared/format/visible.ts'
import type { Io } from './io.ts'
import { countOf } from './progress.ts'

export async function allFiles(api: Pick<EngineApi, 'files'>, root: string): Promise<FileEntry[]> {
  const files: FileEntry[] = []
  while (true) {
    const page = await api.files({ root, offset: files.length, count: MAX_FILES_PER_PAGE })
    files.push(...page.files)
    if (page.files.length === 0 || files.length >= page.total) return files
  }
}

export async function printTree(api: Pick<EngineApi, 'files'>, io: Io, share: ShareSummary): Promise<void> {
  const files = await allFiles(api, share.root)
  io.data({ root: share.root, name: share.name, totalBytes: share.totalBytes, files })
  if (io.json) return
  io.result(
    `${visible(share.name)}  ${formatBytes(share.totalBytes ?? 0)}${share.type === 'directory' ? `, ${countOf(files.length, 'file')}` : ''}`,
  )
  let folder: string[] = []
  for (const file of files) {
    if (file.path === '') continue
    const parts = file.path.split('/')
    const within = parts.slice(0, -1)
    for (const [depth, name] of within.entries()) {
      if (folder[depth] !== name || folder.length <= depth) {
        folder = folder.slice(0, depth)
        folder.push(name)
        io.result(`${'  '.repeat(depth + 1)}${visible(name)}/`)
      }
    }
    folder = folder.slice(0, within.length)
    io.result(`${'  '.repeat(parts.length)}${visible(parts.at(-1) ?? '')}  ${formatBytes(file.sizeBytes)}`)
  }
}
