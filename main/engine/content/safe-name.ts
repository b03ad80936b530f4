/**
 * Names that strangers chose, made safe for every file system. Two decisions:
 * - A *hostile* name (empty, '.', '..', with a separator of any system, NUL, or longer than 255 bytes) is no name at
 *   all: the manifest is refused ([CO30]).
 * - A merely *unportable* name is kept in the manifest and escaped on disk, the same way on every system ([CO31]):
 *   each unsafe character becomes the %XX of its UTF-8 bytes; so does a dot or space at the end, and the first letter
 *   of a name that Windows reserves (`CON.txt` -> `%43ON.txt`). A name that would be too long is cut, and a name that a
 *   sibling already has for a file system that ignores case or normalization is marked, with `~` and eight hex digits
 *   of the name's own sha2-256 before the extension ([CO32]).
 * It never touches a disk; whether a destination name is free there is the store's business.
 */
import type { CID } from 'multiformats/cid'
import { MANIFEST_LIMITS } from './limits.ts'
import { sha256 } from './sha256.ts'

const utf8 = new TextEncoder()

/** Bytes of a share's own name: leaves room for what the store puts around it (partial marks, " (2)"). */
const SHARE_NAME_BYTES = 200
/** An extension longer than this is not one: it is cut with the rest. */
const EXTENSION_BYTES = 24

/** Why this name refuses a manifest, or undefined when it is only a name. */
export function hostileName(name: string): string | undefined {
  if (name === '') return 'an empty name'
  if (name === '.' || name === '..') return 'a name that means a folder above'
  if (name.includes('/') || name.includes('\\')) return 'a path separator in a name'
  if (name.includes('\0')) return 'a NUL in a name'
  if (name.length * 3 > MANIFEST_LIMITS.nameBytes && Buffer.byteLength(name) > MANIFEST_LIMITS.nameBytes) {
    return `a name longer than ${MANIFEST_LIMITS.nameBytes} bytes`
  }
  return undefined
}

/**
 * Invisible characters that belong to their neighbours and are left alone: the joiner inside an emoji, the emoji
 * variation selector, and the (non-)joiners that Arabic and Indic spelling needs.
 */
const JOINING = '\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Malayalam}\\p{Script=Sinhala}'
const BELONGS = [
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})',
  '(?<=\\p{Extended_Pictographic})\\uFE0F',
  '(?<=[0-9#])\\uFE0F(?=\\u20E3)',
  `(?<=[${JOINING}])[\\u200C\\u200D](?=[${JOINING}])`,
].join('|')

/** Reserved by Windows, control, format (bidi among them), invisible, and what is no character; separators for safety. */
const UNSAFE =
  '[<>:"|?*/\\\\\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]'

const UNSAFE_CHARACTERS = new RegExp(`(?<belongs>${BELONGS})|${UNSAFE}`, 'gu')
const UNSAFE_END = /[.\p{Zs}]$/u
/** Device names of Windows, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\p{Zs}*(?:\.|$)/iu

/** The name a sibling gets on disk; remembers in `taken` (folded names of one folder) that it is in use now. */
export function localName(name: string, taken: Set<string>, limitBytes: number = MANIFEST_LIMITS.nameBytes): string {
  const escaped = escapeName(name)
  let local = Buffer.byteLength(escaped) > limitBytes ? mark(escaped, name, 0, limitBytes) : escaped
  for (let attempt = 1; taken.has(foldName(local)); attempt++) local = mark(escaped, name, attempt, limitBytes)
  taken.add(foldName(local))
  return local
}

/** Whether a name is used on disk as it is, when no sibling is in its way. */
export function isPortable(name: string): boolean {
  return escapeName(name) === name && Buffer.byteLength(name) <= MANIFEST_LIMITS.nameBytes
}

/**
 * The name of the share itself, from its folder, a link or the user. Whatever comes in, what comes out is one safe
 * name; without a usable candidate it is made from the end of the root CID (all CIDs begin alike).
 */
export function shareName(candidate: string | undefined, root: CID): string {
  const name = candidate?.trim() ?? ''
  if (name === '' || /^\.+$/.test(name)) return `shoal-${root.toString().slice(-8)}`
  return localName(name, new Set(), SHARE_NAME_BYTES)
}

/**
 * What two names have in common when a file system takes them for one: canonical decomposition (APFS, HFS+) and case
 * (NTFS, APFS, HFS+). Rather folds too much than too little: `ß`, `ẞ`, `ss` and dotless i are one with their likes.
 */
export function foldName(name: string): string {
  return name.normalize('NFD').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
}

function escapeName(name: string): string {
  const visible = name.replace(UNSAFE_CHARACTERS, (character, ...rest) => {
    const groups: unknown = rest.at(-1)
    const belongs = typeof groups === 'object' && groups !== null && 'belongs' in groups && groups.belongs !== undefined
    return belongs ? character : percent(character)
  })
  const closed = visible.replace(UNSAFE_END, percent)
  const safe = RESERVED.test(closed) ? closed.replace(/^./u, percent) : closed
  return safe === '' ? '%' : safe
}

function percent(character: string): string {
  return Array.from(utf8.encode(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** `stem~1a2b3c4d.ext`, cut to fit; the digits come from the original name, so the same name is always marked alike. */
function mark(escaped: string, name: string, attempt: number, limitBytes: number): string {
  const seed = attempt < 2 ? name : `${name}\0${attempt}`
  const tag = `~${Buffer.from(sha256(utf8.encode(seed))).toString('hex', 0, 4)}`
  const dot = escaped.lastIndexOf('.')
  const hasExtension = dot > 0 && Buffer.byteLength(escaped.slice(dot)) <= EXTENSION_BYTES
  const extension = hasExtension ? escaped.slice(dot) : ''
  const stem = hasExtension ? escaped.slice(0, dot) : escaped
  return cut(stem, limitBytes - tag.length - Buffer.byteLength(extension)) + tag + extension
}

/** The longest beginning of at most so many UTF-8 bytes, without half a character or half an escape at its end. */
function cut(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > limitBytes) break
    kept += character
  }
  return kept.replace(/%[0-9A-F]?$/, '')
}
