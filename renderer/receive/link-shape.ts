/**
 * Whether a text looks like a link, for the button that looks at the clipboard: what clearly is something else is not put
 * into the field, and never sent anywhere. The engine alone decides what a link is [LI1]-[LI5]. Pure. Rule [UI3].
 */

/** Quotes and brackets that people copy along [LI1]. */
const AROUND = /^[\s"'`<([“„‘«]+|[\s"'`>)\]”’»]+$/gu
const LINK = /^(shoal|ipfs):\S+$/i
/** A CIDv1 in base32, base36 or base58btc. */
const BARE_CID = /^(b[a-z2-7]{50,}|k[a-z0-9]{45,}|z[1-9a-hj-np-z]{44,})$/i
/** Longer than a link can be: not worth looking at. */
const MAX_LENGTH = 8_300

export function linkIn(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const inner = text.replace(AROUND, '')
  return LINK.test(inner) || BARE_CID.test(inner) ? inner : undefined
}

/** Why the engine refused a link: the reasons that have words of ours. */
export const LINK_REASONS = [
  'empty',
  'too-long',
  'whitespace',
  'scheme',
  'no-cid',
  'cid-syntax',
  'cid-version',
  'codec',
  'digest',
  'path',
  'encoding',
  'duplicate',
  'name',
  'size',
  'peer',
  'too-many-peers',
] as const
