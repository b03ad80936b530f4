/** What is known of a share's copies before a download of it is begun. */
import { describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import type { Session } from '../../../main/engine/exchange/session.ts'
import { heldBy, holdsAll, rarestCopies } from '../../../main/engine/flows/held-by.ts'

const CHUNKS = 10
const ALL = [...Array(CHUNKS).keys()]
const bits = (...indices: number[]) => {
  const field = new Bitfield(CHUNKS)
  for (const index of indices) field.set(index)
  return field
}
const session = (said: Partial<Pick<Session, 'have' | 'rawHave' | 'isOpen'>>) => ({ isOpen: true, ...said }) as Session

describe('[FL21] before a download is begun', () => {
  it('a peer holds what it said, although the exchange has not read it yet', () => {
    expect(heldBy(session({ rawHave: { all: true } }), CHUNKS)).toBe('all')
    const held = heldBy(session({ rawHave: { bitfield: bits(1, 3).toBytes() } }), CHUNKS)
    expect(held === 'all' ? undefined : held?.count).toBe(2)
    expect(heldBy(session({}), CHUNKS)).toBeUndefined()
    expect(heldBy(session({ rawHave: { bitfield: new Uint8Array(99) } }), CHUNKS)).toBeUndefined()
  })

  it.each([
    ['one that said so', { have: 'all' }, true],
    ['one that said so before it was read', { rawHave: { all: true } }, true],
    ['one that has fetched its last chunk since', { have: bits(...ALL) }, true],
    ['one that lacks a chunk', { have: bits(...ALL.slice(1)) }, false],
    ['one that holds some, not read yet', { rawHave: { bitfield: bits(1, 3).toBytes() } }, false],
    ['one that said nothing', {}, false],
  ] as const)('%s holds all of it: %j', (_, said, all) => {
    expect(holdsAll(session(said))).toBe(all)
  })

  it.each([
    ['nobody', [], 0],
    ['one that has all', [session({ rawHave: { all: true } })], 1],
    ['two that have all', [session({ rawHave: { all: true } }), session({ have: 'all' })], 2],
    ['one that left does not count', [session({ have: 'all', isOpen: false })], 0],
    ['halves that do not meet', [session({ have: bits(0, 1, 2) }), session({ have: bits(3, 4) })], 0],
    [
      'halves that make a whole',
      [session({ have: bits(0, 1, 2, 3, 4) }), session({ rawHave: { bitfield: bits(5, 6, 7, 8, 9).toBytes() } })],
      1,
    ],
  ] as const)('%s: the rarest chunk has that many copies', (_, sessions, copies) => {
    expect(rarestCopies(sessions, undefined, ALL, CHUNKS)).toBe(copies)
  })

  it('only wanted chunks count, and what is here counts', () => {
    expect(rarestCopies([session({ have: bits(0, 1) })], undefined, [0, 1], CHUNKS)).toBe(1)
    expect(rarestCopies([session({ have: bits(0, 1) })], bits(2), [0, 1, 2], CHUNKS)).toBe(1)
  })
})
