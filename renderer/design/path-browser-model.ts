/** What can be chosen in the path browser, and which paths come out of it. Pure. Rule [UI15]. */
import type { FolderEntry, FolderListing } from '../../shared/shell/shell-api.ts'

/** `folder`: to share. `destination`: to write into. `save`: a new file in a folder. */
export type PathWanted = 'files' | 'file' | 'folder' | 'destination' | 'save'

export function mayChoose(wanted: PathWanted, entry: FolderEntry): boolean {
  return entry.kind === (wanted === 'files' || wanted === 'file' ? 'file' : 'folder')
}

/** Of the allowed roots, the name is the path. */
export function joinPath({ path, separator }: FolderListing, name: string): string {
  if (path === undefined) return name
  return path.endsWith(separator) ? `${path}${name}` : `${path}${separator}${name}`
}

/** Absolute; none when nothing that fits is chosen. A folder that is looked into counts when none in it is marked. */
export function chosenPaths(
  wanted: PathWanted,
  listing: FolderListing,
  marked: ReadonlySet<string>,
  name: string,
): string[] {
  const paths = listing.entries
    .filter((entry) => marked.has(entry.name) && mayChoose(wanted, entry))
    .map((entry) => joinPath(listing, entry.name))
  if (wanted === 'files' || wanted === 'file') return paths
  const [folder = listing.path] = paths
  if (folder === undefined) return []
  if (wanted === 'folder') return [folder]
  // Whether a marked folder may be written to is not known here; the engine says it when asked.
  if (paths.length === 0 && !listing.writable) return []
  if (wanted === 'destination') return [folder]
  const file = name.trim()
  return file === '' || /[/\\]/.test(file) ? [] : [joinPath({ ...listing, path: folder }, file)]
}
