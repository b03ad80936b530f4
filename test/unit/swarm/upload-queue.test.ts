/** In which order wants of one peer are served. */
import { describe, expect, it } from 'vitest'
import { UploadQueue } from '../../../main/engine/swarm/upload-queue.ts'

function queue(...indices: number[]): UploadQueue {
  const made = new UploadQueue()
  for (const index of indices) made.add(index)
  return made
}

describe('upload queue', () => {
  it('[TR11] in the order asked while nothing was sent', () => {
    const wants = queue(5, 3, 9)
    const order: number[] = []
    for (let best = wants.best(() => 0); best !== undefined; best = wants.best(() => 0)) {
      order.push(best.index)
      wants.delete(best.index)
    }
    expect(order).toEqual([5, 3, 9])
  })

  it('[TR11] the chunk sent least often first, ties in the order asked', () => {
    const sent = new Map([
      [1, 2],
      [2, 1],
      [3, 1],
    ])
    const times = (index: number) => sent.get(index) ?? 0
    expect(queue(1, 2, 3).best(times)).toEqual({ index: 2, times: 1 })
    expect(queue(1, 3, 2).best(times)).toEqual({ index: 3, times: 1 })
    expect(queue(1, 2, 7).best(times)).toEqual({ index: 7, times: 0 })
  })

  it('[TR11] asking twice is asking once; a chunk taken back is not served', () => {
    const wants = queue(1, 1, 2)
    expect(wants.size).toBe(2)
    expect(wants.delete(1)).toBe(true)
    expect(wants.delete(1)).toBe(false)
    expect(wants.best(() => 0)?.index).toBe(2)
    expect(wants.clear()).toEqual([2])
    expect(wants.best(() => 0)).toBeUndefined()
  })

  it('[TR11] one choice looks at 256 wants at most', () => {
    let looked = 0
    queue(...Array(4_096).keys()).best(() => {
      looked += 1
      return 1
    })
    expect(looked).toBeLessThanOrEqual(256)
  })
})
