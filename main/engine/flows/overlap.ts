/**
 * Which paths have files in common with some others: two shares may be of the same file, of a folder and something in it.
 * Ten thousand paths on either side are compared by what lies above them, not one with each. Pure. SPEC: [FL3], [FL23].
 */
import path from 'node:path'

/** Whether a path is one of `paths`, or holds one of them, or lies in one of them. All are absolute. */
export function touches(paths: readonly string[]): (other: string) => boolean {
  const own = new Set(paths)
  const above = new Set(paths.flatMap(foldersAbove))
  return (other) => own.has(other) || above.has(other) || foldersAbove(other).some((folder) => own.has(folder))
}

function foldersAbove(one: string): string[] {
  const folders: string[] = []
  for (let at = one; at !== path.dirname(at); ) {
    at = path.dirname(at)
    folders.push(at)
  }
  return folders
}
