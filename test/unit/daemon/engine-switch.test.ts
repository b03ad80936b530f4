/** An engine that is started anew under clients that stay, with engine doubles. */
import { describe, expect, test } from 'vitest'
import { EngineSwitch } from '../../../main/daemon/engine-switch.ts'
import type { EngineHandle } from '../../../main/daemon/start.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { ROOT_A } from '../../support/samples.ts'

interface Made {
  readonly double: EngineDouble
  readonly life: string[]
}

function ground(prepare: (n: number) => Promise<void> = async () => {}) {
  const made: Made[] = []
  const engine = new EngineSwitch(
    async (): Promise<EngineHandle> => {
      const one: Made = { double: new EngineDouble(), life: [] }
      const n = made.push(one)
      return {
        api: one.double,
        start: async () => {
          await prepare(n)
          one.life.push('start')
        },
        stop: async () => {
          one.life.push('stop')
        },
      }
    },
    (fresh, signal) => fresh.start(signal),
  )
  return { engine, made }
}

describe('an engine that is started anew', () => {
  test('[DA26] is another one, and the old one has been stopped first', async () => {
    const { engine, made } = ground()
    await engine.start()
    await engine.api.openLink({ link: `shoal:${ROOT_A}` })
    expect(await engine.api.shares()).toHaveLength(1)
    await engine.restart()
    expect(made.map(({ life }) => life)).toEqual([['start', 'stop'], ['start']])
    expect(await engine.api.shares()).toEqual([])
    await engine.stop()
    expect(made[1]?.life).toEqual(['start', 'stop'])
  })

  test('[DA26] ends the streams of the old one as NETWORK; the next begins with a snapshot', async () => {
    const { engine } = ground()
    await engine.start()
    const events = engine.api.subscribe()[Symbol.asyncIterator]()
    expect((await events.next()).value.type).toBe('snapshot')
    const waiting = events.next()
    const ended = expect(waiting).rejects.toMatchObject({ code: 'NETWORK' })
    await engine.restart()
    await ended
    const again = engine.api.subscribe()[Symbol.asyncIterator]()
    expect((await again.next()).value.type).toBe('snapshot')
    await again.return?.()
    await engine.stop()
  })

  test('[DA26] refuses commands in between as NETWORK', async () => {
    let release = () => {}
    const { engine } = ground((n) => (n === 1 ? Promise.resolve() : new Promise((resolve) => (release = resolve))))
    await engine.start()
    const restarting = engine.restart()
    await expect
      .poll(() => engine.api.shares().catch((error: ShoalError) => error.code), { timeout: 30_000 })
      .toBe('NETWORK')
    await expect(engine.api.subscribe()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NETWORK' })
    release()
    await restarting
    expect(await engine.api.shares()).toEqual([])
    await engine.stop()
  })

  test('[DA26] that does not start says why, to whoever asks, and may be tried again', async () => {
    const { engine, made } = ground(async (n) => {
      if (n === 2) throw new ShoalError('IO', 'The database is damaged.')
    })
    await engine.start()
    await expect(engine.restart()).rejects.toMatchObject({ code: 'IO' })
    expect(made[1]?.life).toEqual(['stop'])
    await expect(engine.api.shares()).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('The database is damaged.'),
    })
    await engine.restart()
    expect(await engine.api.shares()).toEqual([])
    await engine.stop()
  })

  test('[DA26] is not, once the daemon stops', async () => {
    const { engine, made } = ground()
    await engine.start()
    await engine.stop()
    await expect(engine.restart()).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    expect(made).toHaveLength(1)
  })

  test('[DA26] is no promise: handing it on does not call it', async () => {
    const { engine } = ground()
    await engine.start()
    expect(await Promise.resolve(engine.api)).toBe(engine.api)
    await engine.stop()
  })
})
