/** The have-bitfield as a set and as bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bitfield, BitfieldError } from '../../../main/engine/content/bitfield.ts'

const fields = fc
  .integer({ min: 0, max: 200 })
  .chain((length) => fc.array(fc.boolean(), { minLength: length, maxLength: length }))

function fieldOf(bits: readonly boolean[]): Bitfield {
  const field = new Bitfield(bits.length)
  for (const [index, bit] of bits.entries()) if (bit) field.set(index)
  return field
}

describe('Bitfield', () => {
  it('[ST1] puts chunk 0 into the most significant bit of the first byte', () => {
    const field = new Bitfield(10)
    field.set(0)
    field.set(9)
    expect([...field.toBytes()]).toEqual([0b1000_0000, 0b0100_0000])
  })

  it('[ST1] refuses a wrong length and bits behind the last', () => {
    const codeOf = (bytes: number[], length: number) => {
      try {
        Bitfield.fromBytes(Uint8Array.from(bytes), length)
        return 'accepted'
      } catch (error) {
        return error instanceof BitfieldError ? error.code : error
      }
    }
    expect(codeOf([0xff], 9)).toBe('length')
    expect(codeOf([0xff, 0, 0], 9)).toBe('length')
    expect(codeOf([0xff, 0x40], 9)).toBe('stray-bits')
    expect(codeOf([0xff, 0x80], 9)).toBe('accepted')
    expect(codeOf([0x01], 0)).toBe('length')
    expect(codeOf([], 0)).toBe('accepted')
  })

  it('says whether a bit changed and counts', () => {
    const field = new Bitfield(3)
    expect([field.set(1), field.set(1), field.count]).toEqual([true, false, 1])
    expect([field.clear(1), field.clear(1), field.count]).toEqual([true, false, 0])
    field.setAll()
    expect([field.isFull, field.count, ...field.toBytes()]).toEqual([true, 3, 0b1110_0000])
    field.clearAll()
    expect([field.isEmpty, field.count]).toEqual([true, 0])
  })

  it('answers for any index and sets only its own', () => {
    const field = Bitfield.full(9)
    for (const index of [-1, 9, 15, 1e9, 0.5 - 1, 2 ** 40]) expect(field.has(index)).toBe(false)
    for (const index of [-1, 9, 1.5, Number.NaN]) expect(() => field.set(index)).toThrow(RangeError)
  })

  it('agrees with a list of booleans (seed 7)', () => {
    fc.assert(
      fc.property(fields, (bits) => {
        const field = fieldOf(bits)
        const set: number[] = []
        const missing: number[] = []
        field.forEachSet((index) => set.push(index))
        field.forEachMissing((index) => missing.push(index))
        expect(set).toEqual([...bits.keys()].filter((index) => bits[index]))
        expect(missing).toEqual([...bits.keys()].filter((index) => !bits[index]))
        expect(field.count).toBe(set.length)
        const copy = Bitfield.fromBytes(field.toBytes(), bits.length)
        expect([copy.count, ...copy.toBytes()]).toEqual([field.count, ...field.toBytes()])
      }),
      { seed: 7 },
    )
  })

  it('combines like sets (seed 8)', () => {
    const pairs = fields.chain((a) =>
      fc.tuple(fc.constant(a), fc.array(fc.boolean(), { minLength: a.length, maxLength: a.length })),
    )
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [left, right] = [fieldOf(a), fieldOf(b)]
        for (const index of a.keys()) {
          expect(left.and(right).has(index)).toBe(a[index] === true && b[index] === true)
          expect(left.or(right).has(index)).toBe(a[index] === true || b[index] === true)
          expect(left.andNot(right).has(index)).toBe(a[index] === true && b[index] !== true)
        }
      }),
      { seed: 8 },
    )
    expect(() => new Bitfield(8).and(new Bitfield(9))).toThrow(RangeError)
  })

  it('stops visiting when told', () => {
    const seen: number[] = []
    new Bitfield(100).forEachMissing((index) => {
      seen.push(index)
      return seen.length < 3
    })
    expect(seen).toEqual([0, 1, 2])
  })
})
