/** Descriptors and small work: both share what is scarce, the process's descriptors and the event loop's time. */
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HandleCache } from '../../../main/engine/store/handle-cache.ts'
import { SmallWork } from '../../../main/engine/store/small-work.ts'

const openSomething = () => fs.openSync(import.meta.filename, 'r')
const openLater = async () => openSomething()
const isOpen = (fd: number) => {
  try {
    fs.fstatSync(fd)
    return true
  } catch {
    return false
  }
}

describe('HandleCache', () => {
  it('keeps the most recently used and closes the others', async () => {
    const handles = new HandleCache({ limit: 2 })
    const use = async (key: string) => {
      const handle = await handles.acquire(key, openLater)
      handles.release(handle)
      return handle.fd
    }
    const a = await use('a')
    const b = await use('b')
    expect(await use('a')).toBe(a)
    await use('c')
    expect([isOpen(a), handles.held]).toEqual([true, 2])
    expect(await use('a')).toBe(a)
    expect(b).toBeTypeOf('number')
    handles.dropAll('')
    expect(handles.held).toBe(0)
  })

  it('[ST10] never closes what is in use: the next one waits', async () => {
    const handles = new HandleCache({ limit: 1 })
    const first = await handles.acquire('a', openLater)
    expect(handles.acquireSync('b', openSomething)).toBeUndefined()
    let second: number | undefined
    const waiting = handles.acquire('b', openLater).then((handle) => {
      second = handle.fd
      return handle
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect([second, isOpen(first.fd)]).toEqual([undefined, true])
    handles.release(first)
    handles.release(await waiting)
    handles.dropAll('')
    expect(handles.held).toBe(0)
  })

  it('[ST10] makes room by closing an idle one, though an older one is in use', async () => {
    const handles = new HandleCache({ limit: 2 })
    const used = await handles.acquire('used', openLater)
    handles.release(await handles.acquire('idle', openLater))
    const third = handles.acquireSync('third', openSomething)
    expect([third === undefined, isOpen(used.fd), handles.held]).toEqual([false, true, 2])
    expect(await handles.acquire('used', openLater)).toBe(used)
    for (const handle of [used, used, third]) if (handle !== undefined) handles.release(handle)
    handles.dropAll('')
    expect(handles.held).toBe(0)
  })

  it('opens one file once for all who want it', async () => {
    const handles = new HandleCache()
    let opened = 0
    const open = async () => {
      opened += 1
      return openSomething()
    }
    const all = await Promise.all(Array.from({ length: 10 }, () => handles.acquire('a', open)))
    expect([opened, new Set(all.map(({ fd }) => fd)).size]).toEqual([1, 1])
    handles.drop('a')
    expect(all.every(({ fd }) => isOpen(fd))).toBe(true)
    for (const handle of all) handles.release(handle)
    expect(handles.held).toBe(0)
  })

  it('gives the place back when opening fails', async () => {
    const handles = new HandleCache({ limit: 1 })
    const failing = handles.acquire('a', () => Promise.reject(new Error('no')))
    const next = handles.acquire('b', openLater)
    await expect(failing).rejects.toThrow('no')
    handles.release(await next)
    handles.dropAll('')
    const throwing = () => {
      throw new Error('no')
    }
    expect(() => handles.acquireSync('a', throwing)).toThrow('no')
    expect(handles.held).toBe(0)
  })
})

describe('SmallWork', () => {
  it('[ST11] does at most 2 ms of it per turn, in order', async () => {
    let nowMs = 0
    const work = new SmallWork(() => nowMs)
    const turns: number[][] = [[]]
    const nextTurn = () => {
      turns.push([])
      if (turns.length < 6) setImmediate(nextTurn)
    }
    setImmediate(nextTurn)
    const jobs = Array.from({ length: 7 }, (_, number) =>
      work.run(() => {
        nowMs += 1
        turns.at(-1)?.push(number)
      }),
    )
    await Promise.all(jobs)
    expect(turns.flat()).toEqual([0, 1, 2, 3, 4, 5, 6])
    for (const turn of turns) expect(turn.length).toBeLessThanOrEqual(2)
  })

  it('[ST11] is called slow for 5 s after an operation of more than 5 ms', async () => {
    let nowMs = 0
    const work = new SmallWork(() => nowMs)
    await work.run(() => {
      nowMs += 5
    })
    expect(work.slow()).toBe(false)
    await work.run(() => {
      nowMs += 6
    })
    expect(work.slow()).toBe(true)
    nowMs += 4_999
    expect(work.slow()).toBe(true)
    nowMs += 1
    expect(work.slow()).toBe(false)
  })

  it('hands errors to the caller and goes on', async () => {
    const work = new SmallWork()
    const failing = work.run(() => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await work.run(() => 5)).toBe(5)
    const seen: number[] = []
    await expect(
      work.each([1, 2, 3], (item) => {
        seen.push(item)
        if (item === 2) throw new Error('stop')
      }),
    ).rejects.toThrow('stop')
    expect(seen).toEqual([1, 2])
  })
})
