/** Flushing again and again: on time, sooner when much was written, never twice at once, not after the end. */
import { expect, it } from 'vitest'
import { repeat } from '../../../main/engine/flows/repeat.ts'
import { ManualClock, settle } from '../exchange/support.ts'

/** Jobs that are under way, each with the function that ends it. */
function jobs() {
  const ends: (() => void)[] = []
  let begun = 0
  const job = () => {
    begun += 1
    const { promise, resolve } = Promise.withResolvers<void>()
    ends.push(resolve)
    return promise
  }
  return { job, begun: () => begun, end: () => ends.shift()?.() }
}

const never = (error: unknown) => {
  throw error
}

it('[ST5] a job begins so long after the end of the one before', async () => {
  const clock = new ManualClock()
  const { job, begun, end } = jobs()
  repeat(clock, 3_000, job, never)
  clock.advance(2_999)
  expect(begun()).toBe(0)
  clock.advance(1)
  expect(begun()).toBe(1)
  clock.advance(10_000)
  expect(begun()).toBe(1)
  end()
  await settle()
  clock.advance(3_000)
  expect(begun()).toBe(2)
})

it('[ST5] hurried: at once, and the next one so long after that one', async () => {
  const clock = new ManualClock()
  const { job, begun, end } = jobs()
  const loop = repeat(clock, 3_000, job, never)
  clock.advance(2_000)
  loop.hurry()
  expect(begun()).toBe(1)
  end()
  await settle()
  clock.advance(2_999)
  expect(begun()).toBe(1)
  clock.advance(1)
  expect(begun()).toBe(2)
})

it('[ST5] hurried while one is under way: one more, right after it, however often it was asked', async () => {
  const clock = new ManualClock()
  const { job, begun, end } = jobs()
  const loop = repeat(clock, 3_000, job, never)
  loop.hurry()
  loop.hurry()
  loop.hurry()
  expect(begun()).toBe(1)
  end()
  await settle()
  expect(begun()).toBe(2)
  end()
  await settle()
  expect(begun()).toBe(2)
})

it('[ST5] stopped: waits for the one that is under way, and there is no other', async () => {
  const clock = new ManualClock()
  const { job, begun, end } = jobs()
  const loop = repeat(clock, 3_000, job, never)
  loop.hurry()
  loop.hurry()
  let stopped = false
  const stopping = loop.stop().then(() => {
    stopped = true
  })
  await settle()
  expect(stopped).toBe(false)
  end()
  await stopping
  loop.hurry()
  clock.advance(60_000)
  expect(begun()).toBe(1)
})

it('[ST5] a job that fails is told, and repeated', async () => {
  const clock = new ManualClock()
  const told: unknown[] = []
  let begun = 0
  const job = async () => {
    begun += 1
    throw new Error('disk')
  }
  repeat(clock, 3_000, job, (error) => told.push(error))
  clock.advance(3_000)
  await settle()
  clock.advance(3_000)
  await settle()
  expect(begun).toBe(2)
  expect(told).toHaveLength(2)
})
