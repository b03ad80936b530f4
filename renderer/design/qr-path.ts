/**
 * A QR code as one SVG path, and the form of a link that fits into one. A code with more modules than a phone can tell
 * apart on a screen is of no use, so a long link gives up addresses first (they can be found through the network), then its
 * name; never its root nor its secret. Pure. Rule [UI9].
 */
import { encode } from 'uqr'

/** Version 15 at the lowest correction: 77 x 77 modules, 2.8 px each at the size that we draw. */
export const MAX_QR_BYTES = 520

export interface QrLink {
  readonly text: string
  /** Which addresses of the link it still has. */
  readonly addresses: 'all' | 'some' | 'none'
}

const utf8 = new TextEncoder()
const bytesOf = (text: string) => utf8.encode(text).length

export function qrLink(link: string, maxBytes: number = MAX_QR_BYTES): QrLink {
  if (bytesOf(link) <= maxBytes) return { text: link, addresses: 'all' }
  const [address = '', ...rest] = link.split('#')
  const fragment = rest.length === 0 ? '' : `#${rest.join('#')}`
  const at = address.indexOf('?')
  const root = at < 0 ? address : address.slice(0, at)
  const parameters = at < 0 ? [] : address.slice(at + 1).split('&')
  const put = (kept: readonly string[]) => `${root}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`
  const claims = parameters.filter((parameter) => !parameter.startsWith('pe='))
  const addresses = parameters.filter((parameter) => parameter.startsWith('pe='))
  for (let count = addresses.length - 1; count >= 0; count--) {
    const text = put([...claims, ...addresses.slice(0, count)])
    if (bytesOf(text) <= maxBytes) return { text, addresses: count === 0 ? 'none' : 'some' }
  }
  return { text: put([]), addresses: 'none' }
}

export interface QrDrawing {
  /** Modules on a side, without the quiet zone. */
  readonly size: number
  readonly path: string
}

/** Dark modules, those that touch in a row as one rectangle. */
export function qrDrawing(text: string): QrDrawing {
  const { data, size } = encode(text, { ecc: 'L', boostEcc: true, border: 0 })
  const parts: string[] = []
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue
      let end = x
      while (row[end] === true) end += 1
      parts.push(`M${x} ${y}h${end - x}v1h${x - end}z`)
      x = end
    }
  }
  return { size, path: parts.join('') }
}
