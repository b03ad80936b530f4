/** A selection of files as one bit per file: 125 KB for the largest folder, whatever is selected in it. */

/** A manifest has at most a million entries; this bounds what a caller can make us allocate. */
const MAX_FILE_INDEX = 1_000_000

/** Order and repetition are not kept: a selection is a set. */
export function packSelection(files: readonly number[]): Uint8Array {
  const last = files.reduce((max, file) => Math.max(max, file), -1)
  if (last >= MAX_FILE_INDEX) throw new RangeError(`No share has a file ${last}`)
  const bytes = new Uint8Array((last >> 3) + 1)
  for (const file of files) {
    if (!Number.isInteger(file) || file < 0) throw new RangeError(`No share has a file ${file}`)
    bytes[file >> 3] = (bytes[file >> 3] ?? 0) | (0x80 >> (file & 7))
  }
  return bytes
}

/** Ascending. */
export function unpackSelection(bytes: Uint8Array): number[] {
  const files: number[] = []
  for (const [at, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte & (0x80 >> bit)) !== 0) files.push(at * 8 + bit)
  }
  return files
}
