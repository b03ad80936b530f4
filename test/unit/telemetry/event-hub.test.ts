/** The event hub in virtual time: order, coalescing, pace, slow readers, and random histories against a model. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  EventHub,
  type HubClock,
  type HubEvent,
  MAX_SUBSCRIBERS,
  type SnapshotState,
} from '../../../main/engine/telemetry/event-hub.ts'
import { MAX_DELTA_CHANGES, MAX_LOG_ENTRIES } from '../../../shared/contract/limits.ts'
import type { Change, LogEntry, ShareSummary } from '../../../shared/contract/model.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../../shared/contract/replica.ts'
import { node, ROOT_A, settingsView, share, swarmPeer } from '../../support/samples.ts'

/** Time that moves only when told. */
class VirtualClock implements HubClock {
  #now = 0
  #timers: { at: number; run: () => void }[] = []
  now(): number {
    return this.#now
  }
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }
  get timers(): number {
    return this.#timers.length
  }
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.run()
      await settle()
    }
    this.#now = until
    await settle()
  }
}

/** Lets every promise that can settle do so. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

const empty: SnapshotState = {
  node: node(),
  settings: settingsView(),
  shares: [],
  jobs: [],
  peers: [],
  swarm: [],
}
const log = (text: string): LogEntry => ({ at: 0, kind: 'peer-joined', text })

function reader(hub: EventHub, state: () => SnapshotState | Promise<SnapshotState> = () => empty) {
  const stop = new AbortController()
  const events: HubEvent[] = []
  const at: number[] = []
  const clockless = hub.subscribe(state, stop.signal)
  const done = (async () => {
    for await (const event of clockless) {
      events.push(event)
      at.push(event.value.at)
    }
  })()
  return { events, at, stop: () => stop.abort(), done }
}

describe('event hub', () => {
  test('[DA8] of settings that changed twice, the last stands in the delta', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const { events, stop, done } = reader(hub)
    await settle()
    for (const uploadSlots of [1, 2]) hub.publish({ type: 'settings', value: settingsView({ uploadSlots }) })
    await clock.advance(100)
    const changes = events.flatMap((event) => (event.type === 'delta' ? event.value.changes : []))
    expect(changes).toEqual([{ type: 'settings', value: settingsView({ uploadSlots: 2 }) }])
    stop()
    await done
  })

  test('[DA6] a snapshot first, then deltas numbered from the next number on, without gap or duplicate', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const { events, stop, done } = reader(hub)
    await settle()
    for (let i = 1; i <= 5; i++) {
      hub.publish({ type: 'share', value: share(ROOT_A, { haveBytes: i }) })
      await clock.advance(100)
    }
    expect(events.map((event) => [event.type, event.value.seq])).toEqual([
      ['snapshot', 0],
      ['delta', 1],
      ['delta', 2],
      ['delta', 3],
      ['delta', 4],
      ['delta', 5],
    ])
    stop()
    await done
    expect(hub.subscribers).toBe(0)
    expect(clock.timers).toBe(0)
  })

  test('[DA8] at most ten deltas a second, whatever is published', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const { events, stop, done } = reader(hub)
    await settle()
    for (let ms = 0; ms < 3_000; ms += 7) {
      hub.publish({ type: 'share', value: share(ROOT_A, { haveBytes: ms }) })
      await clock.advance(7)
    }
    const deltas = events.filter((event) => event.type === 'delta')
    expect(deltas.length).toBeLessThanOrEqual(31)
    expect(deltas.length).toBeGreaterThanOrEqual(25)
    stop()
    await done
  })

  test('[DA8] an idle hub sets no timers', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const { stop, done } = reader(hub)
    await clock.advance(10_000)
    expect(clock.timers).toBe(0)
    stop()
    await done
  })

  test('[DA8] the last value of a key wins, and stands after whatever was published before it', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const { events, stop, done } = reader(hub)
    await settle()
    hub.publish({ type: 'share', value: share(ROOT_A, { haveBytes: 1 }) })
    hub.publish({ type: 'swarm', value: swarmPeer(ROOT_A, 'p') })
    hub.publish({ type: 'share', value: share(ROOT_A, { haveBytes: 2 }) })
    hub.publish({ type: 'share-removed', root: ROOT_A })
    await clock.advance(100)
    const last = events.at(-1)
    expect(last?.type === 'delta' ? last.value.changes.map((change) => change.type) : []).toEqual([
      'swarm',
      'share-removed',
    ])
    stop()
    await done
  })

  test('[DA8] log entries are never coalesced, and a newcomer gets the newest thousand', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    for (let i = 0; i < 5_000; i++) hub.publish({ type: 'log', value: log(String(i)) })
    const { events, stop, done } = reader(hub)
    await settle()
    const first = events[0]
    const texts = first?.type === 'snapshot' ? first.value.log.map((entry) => entry.text) : []
    expect(texts).toHaveLength(MAX_LOG_ENTRIES)
    expect([texts[0], texts.at(-1)]).toEqual(['4000', '4999'])
    for (let i = 0; i < 300; i++) hub.publish({ type: 'log', value: log(`new ${i}`) })
    await clock.advance(100)
    const second = events[1]
    expect(second?.type === 'delta' ? second.value.changes.length : 0).toBe(300)
    stop()
    await done
  })

  test('[DA4] a delta is bounded; the rest follows in the next one', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const { events, stop, done } = reader(hub)
    await settle()
    for (let i = 0; i < MAX_DELTA_CHANGES + 5; i++) hub.publish({ type: 'swarm', value: swarmPeer(ROOT_A, `p${i}`) })
    await clock.advance(250)
    expect(events.slice(1).map((event) => (event.type === 'delta' ? event.value.changes.length : -1))).toEqual([
      MAX_DELTA_CHANGES,
      5,
    ])
    stop()
    await done
  })

  test('[DA7] a subscriber beyond its bound is given a fresh snapshot, and then deltas again', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock, maxPendingKeys: 10 })
    let shares: ShareSummary[] = []
    const events = hub.subscribe(() => ({ ...empty, shares }))
    expect((await events.next()).value).toMatchObject({ type: 'snapshot', value: { seq: 0 } })
    for (let i = 0; i < 50; i++) hub.publish({ type: 'swarm', value: swarmPeer(ROOT_A, `p${i}`) })
    shares = [share(ROOT_A)]
    await clock.advance(1_000)
    expect((await events.next()).value).toMatchObject({
      type: 'snapshot',
      value: { seq: 1, shares: [{ root: ROOT_A }] },
    })
    hub.publish({ type: 'share-removed', root: ROOT_A })
    const next = events.next()
    await clock.advance(100)
    expect((await next).value).toMatchObject({ type: 'delta', value: { seq: 2 } })
    await events.return(undefined)
    expect(hub.subscribers).toBe(0)
  })

  test('[DA6] what is published while a slow snapshot is made comes after it', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    let give: (state: SnapshotState) => void = () => {}
    const { events, stop, done } = reader(
      hub,
      () =>
        new Promise((resolve) => {
          give = resolve
        }),
    )
    await settle()
    hub.publish({ type: 'log', value: log('meanwhile') })
    hub.publish({ type: 'share', value: share(ROOT_A) })
    give(empty)
    await clock.advance(100)
    expect(events.map((event) => event.type)).toEqual(['snapshot', 'delta'])
    const [first, second] = events
    expect(first?.type === 'snapshot' ? first.value.log : undefined).toEqual([])
    expect(second?.type === 'delta' ? second.value.changes.map((change) => change.type) : []).toEqual(['log', 'share'])
    stop()
    await done
  })

  test('[DA4] one subscriber too many is told so', async () => {
    const hub = new EventHub()
    const readers = Array.from({ length: MAX_SUBSCRIBERS }, () => hub.subscribe(() => empty))
    for (const one of readers) await one.next()
    await expect(hub.subscribe(() => empty).next()).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      facts: { limit: MAX_SUBSCRIBERS },
    })
  })

  test('[DA7] a slow reader does not hold up a quick one', async () => {
    const clock = new VirtualClock()
    const hub = new EventHub({ clock })
    const slow = hub.subscribe(() => empty)
    await slow.next()
    const quick = reader(hub)
    await settle()
    for (let i = 0; i < 20; i++) {
      hub.publish({ type: 'share', value: share(ROOT_A, { haveBytes: i }) })
      await clock.advance(100)
    }
    expect(quick.events.filter((event) => event.type === 'delta')).toHaveLength(20)
    expect((await slow.next()).value).toMatchObject({
      type: 'delta',
      value: { seq: 1, changes: [{ value: { haveBytes: 19 } }] },
    })
    await slow.return(undefined)
    quick.stop()
    await quick.done
  })

  const SEED = 20_261_120
  test(`[DA6] any history read at any pace ends in the engine's state (seed ${SEED})`, async () => {
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('share'),
        id: fc.integer({ min: 0, max: 5 }),
        value: fc.integer({ min: 0, max: 1_000 }),
      }),
      fc.record({ kind: fc.constant('share-removed'), id: fc.integer({ min: 0, max: 5 }), value: fc.constant(0) }),
      fc.record({
        kind: fc.constant('swarm'),
        id: fc.integer({ min: 0, max: 5 }),
        value: fc.integer({ min: 0, max: 20 }),
      }),
      fc.record({ kind: fc.constant('log'), id: fc.constant(0), value: fc.integer({ min: 0, max: 1_000 }) }),
      fc.record({ kind: fc.constant('wait'), id: fc.constant(0), value: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ kind: fc.constant('read'), id: fc.constant(0), value: fc.constant(0) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 80 }), async (steps) => {
        const clock = new VirtualClock()
        const hub = new EventHub({ clock, maxPendingKeys: 8 })
        const shares = new Map<string, ShareSummary>()
        const swarm = new Map<string, ReturnType<typeof swarmPeer>>()
        const texts: string[] = []
        const events = hub.subscribe(() => ({ ...empty, shares: [...shares.values()], swarm: [...swarm.values()] }))
        let state: ReplicaState | undefined
        let pending: Promise<IteratorResult<HubEvent>> | undefined
        const take = (result: IteratorResult<HubEvent>) => {
          pending = undefined
          if (result.done === true) throw new Error('ended')
          if (result.value.type === 'snapshot') state = applySnapshot(result.value.value)
          else {
            if (state === undefined) throw new Error('a delta before the snapshot')
            const applied = applyDelta(state, result.value.value)
            if (applied.type === 'gap') throw new Error(`a gap: ${applied.expected} ${applied.got}`)
            state = applied.state
          }
        }
        const readIfReady = async () => {
          pending ??= events.next()
          const settled = await Promise.race([pending, settle().then(() => undefined)])
          if (settled !== undefined) take(settled)
        }
        for (const { kind, id, value } of steps) {
          const root = `root-${id}`
          const publish = (published: Change) => hub.publish(published)
          if (kind === 'share') {
            const fresh = share(root, { haveBytes: value })
            shares.set(root, fresh)
            publish({ type: 'share', value: fresh })
          } else if (kind === 'share-removed') {
            shares.delete(root)
            for (const [key, row] of swarm) if (row.root === root) swarm.delete(key)
            publish({ type: 'share-removed', root })
          } else if (kind === 'swarm') {
            const row = swarmPeer(root, `p${value}`)
            swarm.set(`${root} ${row.peer}`, row)
            publish({ type: 'swarm', value: row })
          } else if (kind === 'log') {
            texts.push(String(value))
            publish({ type: 'log', value: log(String(value)) })
          } else if (kind === 'wait') await clock.advance(value)
          else await readIfReady()
        }
        for (let i = 0; i < 6; i++) {
          await clock.advance(100)
          await readIfReady()
        }
        expect(state?.shares).toEqual(shares)
        const rows = [...(state?.swarm.values() ?? [])].flatMap((peers) => [...peers.values()])
        expect(new Map(rows.map((row) => [`${row.root} ${row.peer}`, row]))).toEqual(swarm)
        expect(state?.log.map((entry) => entry.text)).toEqual(texts)
        void events.return(undefined)
        hub.publish({ type: 'log', value: log('end') })
      }),
      { seed: SEED, numRuns: 150 },
    )
  })
})
