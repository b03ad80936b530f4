/** Signals, crashes and hangs, told to a process that is not one. */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MAX_CRASHES, STOP_TIMEOUT_MS, superviseProcess } from '../../../main/daemon/shutdown.ts'

class FakeProcess extends EventEmitter {
  readonly exits: number[] = []
  exit(code: number): void {
    this.exits.push(code)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function supervise(stop: () => Promise<void>) {
  const process = new FakeProcess()
  const said: string[] = []
  const supervisor = superviseProcess(process, {
    stop,
    onSignal: (signal) => said.push(signal),
    onCrash: (error) => said.push(`crash ${String(error)}`),
    onStuck: () => said.push('stuck'),
  })
  return { process, said, supervisor }
}

describe('supervised process', () => {
  test('[DA18] the first signal stops and ends with 0', async () => {
    let stops = 0
    const { process, said, supervisor } = supervise(async () => {
      stops += 1
    })
    process.emit('SIGTERM')
    expect(await supervisor.finished).toBe(0)
    expect([stops, said, process.exits]).toEqual([1, ['SIGTERM'], []])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(process.exits).toEqual([])
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('[DA18] a second signal, %s, leaves at once with %i', (signal, code) => {
    const { process } = supervise(() => new Promise(() => {}))
    process.emit('SIGTERM')
    expect(process.exits).toEqual([])
    process.emit(signal)
    expect(process.exits).toEqual([code])
  })

  test('[DA18] a stop that hangs is ended within 5 s, with 1', async () => {
    const { process, said } = supervise(() => new Promise(() => {}))
    process.emit('SIGTERM')
    await vi.advanceTimersByTimeAsync(STOP_TIMEOUT_MS - 1)
    expect(process.exits).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(process.exits).toEqual([1])
    expect(said).toContain('stuck')
    expect(STOP_TIMEOUT_MS).toBeLessThan(5_000)
  })

  test('[DA18] a stop that fails ends with 1', async () => {
    const { process, said, supervisor } = supervise(() => Promise.reject(new Error('disk')))
    process.emit('SIGINT')
    expect(await supervisor.finished).toBe(1)
    expect(said).toEqual(['SIGINT', 'crash Error: disk'])
  })

  test.each(['uncaughtException', 'unhandledRejection'])(
    '[DA18] one %s is told and survived; a row of them stops what runs and ends with 1',
    async (event) => {
      let stops = 0
      const { process, said, supervisor } = supervise(async () => {
        stops += 1
      })
      process.emit(event, new Error('bug'))
      expect([stops, said]).toEqual([0, ['crash Error: bug']])
      for (let more = 0; more < MAX_CRASHES; more++) process.emit(event, new Error('bug'))
      expect(await supervisor.finished).toBe(1)
      expect([stops, said.length]).toEqual([1, MAX_CRASHES + 1])
    },
  )

  test('[DA18] nothing is left listening afterwards', () => {
    const { process, supervisor } = supervise(async () => {})
    expect(process.eventNames().length).toBe(5)
    supervisor.dispose()
    expect(process.eventNames()).toEqual([])
  })
})
