/**
 * Names that the store itself makes up: of partials, and of finished shares whose name is taken. The share's own name
 * arrives here already safe; this file only keeps the results within 255 bytes and below the destination.
 */
import path from 'node:path'

/** The longest name that every common filesystem takes. */
const MAX_NAME_BYTES = 255
/** How many names are tried before `name-taken`. */
export const MAX_NUMBERED_NAMES = 1_000
const PARTIAL_SUFFIX = '.shoal-part'

/**
 * Path for a new partial: hidden, beside the final place and so on the same filesystem. It holds the end of the root
 * CID (all CIDs of one kind begin alike) and a random part, so that two profiles that fetch the same share into the
 * same folder never write into one partial. To be recorded before it is created.
 */
export function newPartialPath(destination: string, localName: string, root: string, random: () => number): string {
  const salt = Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')
  const tail = `.${root.slice(-8)}-${salt}${PARTIAL_SUFFIX}`
  return path.join(destination, `.${cutToBytes(localName, MAX_NAME_BYTES - 1 - Buffer.byteLength(tail))}${tail}`)
}

/** `name`, `name (2)`, …; of a file the number stands before the extension. */
export function numberedName(name: string, number: number, type: 'file' | 'directory'): string {
  if (number === 1) return name
  const extension = type === 'file' ? path.extname(name) : ''
  const tail = ` (${number})${extension}`
  return cutToBytes(name.slice(0, name.length - extension.length), MAX_NAME_BYTES - Buffer.byteLength(tail)) + tail
}

/** The longest beginning of whole code points that fits. */
function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  let cut = ''
  let sizeBytes = 0
  for (const point of text) {
    sizeBytes += Buffer.byteLength(point)
    if (sizeBytes > maxBytes) break
    cut += point
  }
  return cut
}

/**
 * Refuses local paths that would leave the folder they are joined to. They come validated; a mistake there must not
 * become a write elsewhere, so this is checked again where the writing happens [ST12].
 */
export function assertContained(relative: string): void {
  const parts = relative.split('/')
  const bad = parts.some(
    (part) => part === '' || part === '.' || part === '..' || part.includes('\0') || part.includes(path.sep),
  )
  if (bad) throw new RangeError(`${JSON.stringify(relative)} is not a local path inside a share`)
}
