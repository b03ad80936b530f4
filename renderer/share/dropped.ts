/**
 * What was dropped on the window, read out of the browser's drag data: files and whole folders, as uploads want them; one
 * drop becomes one copy and one share. The entries must be taken out while the drop event is being handled; walking them
 * takes longer. It neither copies nor shares. Rule [UI16].
 */
import type { UploadFile } from '../../shared/shell/shell-api.ts'

export interface Dropped {
  /** What to call it: the name of the first thing. */
  readonly name: string
  readonly files: readonly UploadFile[]
  /** Folders without a file, which a browser cannot hand over. */
  readonly emptyFolders: number
}

/** Files of one drop. A page holds a handle for each; a larger folder is better shared in place. */
export const MAX_DROPPED_FILES = 20_000

export class TooManyFiles extends Error {}

/** Call it while the event is handled; the handles stay good afterwards. */
export function entriesOf(data: DataTransfer): FileSystemEntry[] {
  return [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null)
}

export async function collectDropped(
  entries: readonly FileSystemEntry[],
  limit: number = MAX_DROPPED_FILES,
): Promise<Dropped> {
  const files: UploadFile[] = []
  let emptyFolders = 0
  const waiting = [...entries].reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isFile(next)) {
      if (files.length >= limit) throw new TooManyFiles()
      files.push({ path: next.fullPath.replace(/^\/+/, ''), file: await fileOf(next) })
    } else if (isFolder(next)) {
      const inside = await childrenOf(next)
      if (inside.length === 0) emptyFolders += 1
      waiting.push(...inside)
    }
  }
  return { name: entries[0]?.name ?? '', files, emptyFolders }
}

/** What a browser without entries hands over: files only. */
export function droppedFiles(files: readonly File[]): Dropped {
  return { name: files[0]?.name ?? '', files: files.map((file) => ({ path: file.name, file })), emptyFolders: 0 }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** A reader gives at most a hundred at a time, and none when there are no more. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return children
    children.push(...some)
  }
}
