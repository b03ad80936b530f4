/**
 * The tokens as what canvases need: words for strokes and fills, and pixels for images. Read again when the appearance
 * changes. A token that is not a plain #rrggbb or #rgb colour is a mistake of the
 * stylesheet, and said so.
 */

export type Palette = (token: string) => string

/** Of one moment: asked once per token, so that drawing does not ask the style system. */
export function readPalette(element: Element = document.documentElement): Palette {
  const style = getComputedStyle(element)
  /** As many as there are tokens. */
  const known = new Map<string, string>()
  return (token) => {
    let color = known.get(token)
    if (color === undefined) {
      color = style.getPropertyValue(token).trim()
      known.set(token, color)
    }
    return color
  }
}

/** As a pixel of ImageData read as one little-endian 32-bit number: alpha, blue, green, red. */
export function pixelOf(color: string): number {
  const digits = /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(color)?.[1]
  if (digits === undefined) throw new Error(`"${color}" is not a colour of the form #rrggbb or #rgb.`)
  // The build writes #ffffff as #fff.
  const full = digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join('')
  const rgb = Number.parseInt(full, 16)
  return pixel(rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff)
}

export function pixel(red: number, green: number, blue: number): number {
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** `part` of `over` on `under`: 0 is all under. */
export function mixPixels(under: number, over: number, part: number): number {
  const mix = (shift: number) => {
    const a = (under >>> shift) & 0xff
    return Math.round(a + (((over >>> shift) & 0xff) - a) * part)
  }
  return pixel(mix(0), mix(8), mix(16))
}
