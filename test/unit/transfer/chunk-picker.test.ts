/** The picker's rule book, and the same rules against a model that sorts everything anew for every pick. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkPicker } from '../../../main/engine/transfer/chunk-picker.ts'
import { seeded } from '../../sim/support/virtual-clock.ts'

const anything = () => true

/** Chunks with these availabilities, all pickable. */
function picker(availability: number[], random: () => number = seeded(1)): ChunkPicker {
  const made = new ChunkPicker(availability.length, random)
  for (const [index, copies] of availability.entries()) {
    made.add(index)
    for (let i = 0; i < copies; i++) made.adjust(index, 1)
  }
  return made
}

function takeAll(from: ChunkPicker, has: (index: number) => boolean = anything): number[] {
  const taken: number[] = []
  for (let index = from.pick(has); index !== undefined; index = from.pick(has)) {
    from.remove(index)
    taken.push(index)
  }
  return taken
}

describe('the picker', () => {
  it('[TR1] does not pick what is not pickable', () => {
    expect(new ChunkPicker(10, seeded(1)).pick(anything)).toBeUndefined()
    const some = picker([1, 1, 1])
    some.remove(0)
    some.remove(2)
    expect(takeAll(some)).toEqual([1])
  })

  it('[TR1] does not pick what the peer does not have', () => {
    expect(takeAll(picker([1, 2, 3, 4]), (index) => index % 2 === 1)).toEqual([1, 3])
  })

  it('[TR1] picks the rarest first', () => {
    expect(takeAll(picker([5, 1, 4, 2, 3]))).toEqual([1, 3, 4, 2, 0])
  })

  it('[TR1] follows changes of availability', () => {
    const some = picker([3, 3, 3])
    some.adjust(1, -1)
    some.adjust(2, -1)
    some.adjust(2, -1)
    expect(takeAll(some)).toEqual([2, 1, 0])
  })

  it('[TR1] availability of what is not pickable is remembered', () => {
    const some = picker([1, 1])
    some.remove(0)
    some.adjust(0, 1)
    some.adjust(0, 1)
    some.add(0)
    expect(some.availabilityOf(0)).toBe(3)
    expect(takeAll(some)).toEqual([1, 0])
  })

  it('[TR1] availability does not fall below nothing', () => {
    const some = picker([0])
    some.adjust(0, -1)
    expect(some.availabilityOf(0)).toBe(0)
  })

  it('[TR1] a pick does not take: the same chunk until it is removed', () => {
    const some = picker([1, 2])
    expect([some.pick(anything), some.pick(anything), some.pickable]).toEqual([0, 0, 2])
  })

  it('[TR1] adding and removing twice is doing it once', () => {
    const some = picker([1])
    some.add(0)
    expect(some.pickable).toBe(1)
    some.remove(0)
    some.remove(0)
    expect(some.pickable).toBe(0)
  })

  it('[TR1] equally rare chunks come in random order: two downloads ask for different ones (seeds 1, 2)', () => {
    const same = new Array<number>(200).fill(1)
    const [a, b] = [takeAll(picker(same, seeded(1))), takeAll(picker(same, seeded(2)))]
    const equalPlaces = a.filter((index, place) => b[place] === index).length
    expect(equalPlaces).toBeLessThan(10)
    expect(a.toSorted((x, y) => x - y)).toEqual([...same.keys()])
  })

  it('[TR1] the first pick is fair among the equally rare (seed 3)', () => {
    const random = seeded(3)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 5_000; i++) {
      const index = picker(new Array<number>(10).fill(1), random).pick(anything) ?? 0
      counts[index] = (counts[index] ?? 0) + 1
    }
    for (const count of counts) {
      expect(count).toBeGreaterThan(380)
      expect(count).toBeLessThan(620)
    }
  })

  it('[TR13] sequential: in index order, whatever the availability', () => {
    const some = picker([5, 1, 4, 2, 3])
    some.sequential = true
    expect(takeAll(some)).toEqual([0, 1, 2, 3, 4])
  })

  it('[TR13] sequential: what comes back is next', () => {
    const some = picker([1, 1, 1, 1])
    some.sequential = true
    for (const index of [0, 1, 2]) some.remove(index)
    expect(some.pick(anything)).toBe(3)
    some.add(1)
    expect(some.pick(anything)).toBe(1)
  })

  it('[TR1] finds the only chunk a peer has among a million, and quickly when it has none', () => {
    const many = new ChunkPicker(1_000_000, seeded(4))
    for (let index = 0; index < 1_000_000; index++) many.add(index)
    expect(many.pick((index) => index === 777_777)).toBe(777_777)
    expect(many.pick(() => false)).toBeUndefined()
  })
})

/** The rules without the data structure. */
class Model {
  readonly copies: number[]
  readonly pickable = new Set<number>()
  constructor(count: number) {
    this.copies = new Array<number>(count).fill(0)
  }
  /** What a correct picker may answer. */
  rarest(has: (index: number) => boolean): number[] {
    const offered = [...this.pickable].filter(has)
    const least = Math.min(...offered.map((index) => this.copies[index] ?? 0))
    return offered.filter((index) => this.copies[index] === least)
  }
}

it('[TR1] any sequence of changes: the pick is one of the rarest, as a naive model says (seed 40)', () => {
  const count = 24
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), index: fc.nat(count - 1) }),
    fc.record({ kind: fc.constant('remove' as const), index: fc.nat(count - 1) }),
    fc.record({ kind: fc.constant('more' as const), index: fc.nat(count - 1) }),
    fc.record({ kind: fc.constant('less' as const), index: fc.nat(count - 1) }),
    fc.record({ kind: fc.constant('pick' as const), index: fc.nat(0xffffff) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.nat(), (steps, seed) => {
      const real = new ChunkPicker(count, seeded(seed))
      const model = new Model(count)
      for (const { kind, index } of steps) {
        if (kind === 'add') {
          real.add(index)
          model.pickable.add(index)
        } else if (kind === 'remove') {
          real.remove(index)
          model.pickable.delete(index)
        } else if (kind === 'pick') {
          const has = (chunk: number) => ((index >> (chunk % 24)) & 1) === 1
          const picked = real.pick(has)
          const allowed = model.rarest(has)
          if (allowed.length === 0) expect(picked).toBeUndefined()
          else expect(allowed).toContain(picked)
        } else {
          const by = kind === 'more' ? 1 : -1
          real.adjust(index, by)
          model.copies[index] = Math.max((model.copies[index] ?? 0) + by, 0)
        }
        expect(real.pickable).toBe(model.pickable.size)
      }
      for (let index = 0; index < count; index++) {
        expect(real.isPickable(index)).toBe(model.pickable.has(index))
        expect(real.availabilityOf(index)).toBe(model.copies[index])
      }
    }),
    { seed: 40, numRuns: 300 },
  )
})
