/**
 * Whether a path is a folder or lies below it. By the paths alone: where symbolic links count, both are real paths already.
 * The rules of paths come from the caller's `node:path`, because nothing of Node is loaded here.
 */

interface PathRules {
  relative(from: string, to: string): string
  isAbsolute(path: string): boolean
  readonly sep: string
}

/** Both paths are absolute. */
export function insideBy({ relative, isAbsolute, sep }: PathRules): (folder: string, path: string) => boolean {
  return (folder, path) => {
    const way = relative(folder, path)
    // A name may begin with two dots, and what leads to another drive is absolute.
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
  }
}
