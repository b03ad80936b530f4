/**
 * What the engine would refuse, seen while it is typed, so that the reason can be told in the user's language. The engine
 * remains the judge ([SE8]): what passes here may still be refused there. Pure.
 */

/** A name is shown on the screens of others: nothing that breaks a line or turns the writing round. Emoji are joined by U+200D. */
export function isVisibleName(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u.test(text)
}

/** `/ip4/…/p2p/<peer id>`: an address that does not say who is there proves nothing. */
export function isPeerAddress(text: string): boolean {
  return /^(\/[^/\s]+)+\/p2p\/[1-9A-Za-z]{20,}$/.test(text)
}
