/**
 * Text that came from somebody else, made safe to print. Control characters, escape sequences, bidi overrides and other
 * invisible characters are shown as \u{…}, so that a name can neither drive the terminal nor pretend to be another one.
 * Letters of every script, emoji and their joiners are left alone. Rule [CL7].
 */

// Cc control, Cf format (bidi, zero width, tags), Cs lone surrogates, Zl/Zp line and paragraph separators.
// U+200C and U+200D join letters and emoji in honest names: they stay.
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u
// East Asian wide and emoji blocks: what terminals draw in two columns (Unicode TR11, ranges rounded outward).
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

/** Terminal columns that `text` takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += columnsOf(character)
  return width
}

function columnsOf(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Cuts `text` to `columns`, marking the cut; the end of a file name (its extension) is kept when `keepEnd`. */
export function truncate(text: string, columns: number, keepEnd = 0): string {
  if (displayWidth(text) <= columns) return text
  if (columns <= 1) return columns === 1 ? '…' : ''
  const tail = keepEnd > 0 && columns > keepEnd * 2 ? takeEnd(text, keepEnd) : ''
  return `${takeStart(text, columns - 1 - displayWidth(tail))}…${tail}`
}

/** Pads to `columns` on the right (or cuts). */
export function pad(text: string, columns: number): string {
  const cut = truncate(text, columns, 6)
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)))
}

function takeStart(text: string, columns: number): string {
  let taken = ''
  let width = 0
  for (const character of text) {
    width += columnsOf(character)
    if (width > columns) break
    taken += character
  }
  return taken
}

function takeEnd(text: string, columns: number): string {
  const reversed = [...text].reverse().join('')
  return [...takeStart(reversed, columns)].reverse().join('')
}
