/**
 * Containers of PNG pictures: Windows' .ico and macOS' .icns, written by hand since each is a header and a list. Pure:
 * pictures in, bytes out. ICO: a directory of 16-byte entries (Windows Vista and later read PNG inside). ICNS: four
 * letters of type, a length, the picture; types by size as in Apple's iconset.
 */

/** @typedef {{ size: number, png: Uint8Array }} Picture `size`: pixels of a side */

/** @param {readonly Picture[]} pictures at most 256 pixels each */
export function ico(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  for (const [index, { size, png }] of pictures.entries()) {
    if (size > 256) throw new Error(`An .ico holds pictures of at most 256 pixels, not ${size}.`)
    const entry = 6 + 16 * index
    // 256 is written as 0.
    header.writeUInt8(size % 256, entry)
    header.writeUInt8(size % 256, entry + 1)
    header.writeUInt16LE(1, entry + 4)
    header.writeUInt16LE(32, entry + 6)
    header.writeUInt32LE(png.length, entry + 8)
    header.writeUInt32LE(offset, entry + 12)
    offset += png.length
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)])
}

/** @type {Readonly<Record<number, readonly string[]>>} */
const ICNS_TYPES = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}

/** @param {readonly Picture[]} pictures */
export function icns(pictures) {
  const parts = pictures.flatMap(({ size, png }) => {
    const types = ICNS_TYPES[size]
    if (types === undefined) throw new Error(`An .icns holds no pictures of ${size} pixels.`)
    return types.map((type) => {
      const head = Buffer.alloc(8)
      head.write(type, 0, 'latin1')
      head.writeUInt32BE(png.length + 8, 4)
      return Buffer.concat([head, png])
    })
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.write('icns', 0, 'latin1')
  head.writeUInt32BE(body.length + 8, 4)
  return Buffer.concat([head, body])
}
