/** When a program gives memory back: only where nobody waits for it, and only where there is something to give. */
import { describe, expect, it } from 'vitest'
import { mayCollect } from '../../../main/daemon/v8-setup.ts'

const MB = 1024 * 1024

describe('a full collection', () => {
  it.each([
    ['right after the start, once it is quiet', { usedMs: 20, heldBytes: 24 * MB, keptBytes: 0 }, true],
    ['while something moves', { usedMs: 900, heldBytes: 90 * MB, keptBytes: 20 * MB }, false],
    ['after something has moved', { usedMs: 20, heldBytes: 90 * MB, keptBytes: 20 * MB }, true],
    ['with next to nothing to give back', { usedMs: 20, heldBytes: 27 * MB, keptBytes: 20 * MB }, false],
  ])('%s', (_, look, expected) => {
    expect(mayCollect(look)).toBe(expected)
  })
})
