/** The client's copy of the state, and the bound on what an unread subscription holds. */
import { describe, expect, test } from 'vitest'
import { boundedSubscription, type SubscriptionEvent } from '../../../shared/contract/bounded-subscription.ts'
import type { Change, Snapshot } from '../../../shared/contract/model.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../../shared/contract/replica.ts'
import { node, ROOT_A, ROOT_B, settingsView, share, swarmPeer } from '../../support/samples.ts'

const snapshot = (over: Partial<Snapshot> = {}): Snapshot => ({
  seq: 4,
  at: 1,
  node: node(),
  shares: [share(ROOT_A)],
  jobs: [],
  peers: [],
  swarm: [swarmPeer(ROOT_A, 'p')],
  settings: settingsView(),
  log: [],
  ...over,
})

function apply(state: ReplicaState, ...changes: Change[]): ReplicaState {
  const applied = applyDelta(state, { seq: state.seq + 1, at: 2, changes })
  if (applied.type === 'gap') throw new Error('gap')
  return applied.state
}

describe('replica', () => {
  test('[DA6] each kind of change does what it says', () => {
    let state = applySnapshot(snapshot())
    state = apply(state, { type: 'share', value: share(ROOT_B) }, { type: 'node', value: node({ connections: 9 }) })
    expect([...state.shares.keys()]).toEqual([ROOT_A, ROOT_B])
    expect(state.node.connections).toBe(9)
    state = apply(
      state,
      { type: 'peer', value: { peer: 'x', connected: true, shoal: true } },
      { type: 'swarm', value: swarmPeer(ROOT_B, 'x') },
    )
    expect(state.peers.size).toBe(1)
    expect(state.swarm.get(ROOT_B)?.has('x')).toBe(true)
    state = apply(state, { type: 'swarm-removed', root: ROOT_B, peer: 'x' }, { type: 'peer-removed', peer: 'x' })
    expect([state.swarm.has(ROOT_B), state.peers.size]).toEqual([false, 0])
    const changed = settingsView({ uploadSlots: 9 })
    state = apply(state, { type: 'settings', value: changed })
    expect(state.settings).toBe(changed)
    const job = { job: 'j', path: '/x', state: 'done', files: 1, totalBytes: 1, doneBytes: 1, skipped: [] } as const
    state = apply(state, { type: 'job', value: { ...job, skipped: [] } })
    expect(state.jobs.get('j')?.state).toBe('done')
    state = apply(state, { type: 'job-removed', job: 'j' })
    expect(state.jobs.size).toBe(0)
  })

  test('[DA6] removing a share removes its swarm, also within one delta', () => {
    const state = apply(
      applySnapshot(snapshot()),
      { type: 'swarm', value: swarmPeer(ROOT_A, 'q') },
      { type: 'share-removed', root: ROOT_A },
    )
    expect([state.shares.size, state.swarm.size]).toEqual([0, 0])
  })

  test.each([4, 6, 3, 100])('[DA6] a delta numbered %i after 4 is a gap, not a state', (seq) => {
    expect(applyDelta(applySnapshot(snapshot()), { seq, at: 2, changes: [] })).toEqual({
      type: 'gap',
      expected: 5,
      got: seq,
    })
  })

  test('[DA6] the old state is untouched, and what did not change keeps its identity', () => {
    const before = applySnapshot(snapshot())
    const after = apply(before, { type: 'share', value: share(ROOT_A, { haveBytes: 5 }) })
    expect(before.shares.get(ROOT_A)?.haveBytes).toBe(0)
    expect(after.shares.get(ROOT_A)?.haveBytes).toBe(5)
    expect(after.peers).toBe(before.peers)
    expect(after.swarm).toBe(before.swarm)
    expect(after.log).toBe(before.log)
  })

  test('[DA8] the log is a ring of a thousand', () => {
    let state = applySnapshot(snapshot())
    for (let i = 0; i < 30; i++) {
      state = apply(
        state,
        ...Array.from(
          { length: 100 },
          (_, k): Change => ({ type: 'log', value: { at: i, kind: 'announced', text: `${i * 100 + k}` } }),
        ),
      )
    }
    expect(state.log).toHaveLength(1_000)
    expect([state.log[0]?.text, state.log.at(-1)?.text]).toEqual(['2000', '2999'])
  })
})

describe('bounded subscription', () => {
  const event = (seq: number): SubscriptionEvent => ({ type: 'delta', value: { seq, at: 0, changes: [] } })
  const first = (seq: number): SubscriptionEvent => ({ type: 'snapshot', value: snapshot({ seq }) })

  test('[DA7] an unread reader loses what it did not read, and starts over with a snapshot', async () => {
    let opened = 0
    let signalOfFirst: AbortSignal | undefined
    async function* open(signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
      opened += 1
      signalOfFirst ??= signal
      yield first(opened * 1_000)
      for (let i = 1; i <= 50; i++) yield event(opened * 1_000 + i)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const events = boundedSubscription(open, undefined, 10)
    expect((await events.next()).value).toMatchObject({ type: 'snapshot', value: { seq: 1_000 } })
    await new Promise((resolve) => setImmediate(resolve))
    // The second subscription is read at once and so is not lost: the reader is in time.
    expect((await events.next()).value).toMatchObject({ type: 'snapshot', value: { seq: 2_000 } })
    expect(signalOfFirst?.aborted).toBe(true)
    await events.return(undefined)
  })

  test('[DA7] a reader in time gets every event, and the end, and the failure', async () => {
    async function* open(): AsyncGenerator<SubscriptionEvent> {
      yield first(0)
      for (let i = 1; i <= 5; i++) {
        await new Promise((resolve) => setImmediate(resolve))
        yield event(i)
      }
      throw new Error('broken')
    }
    const seen: number[] = []
    const read = async () => {
      for await (const next of boundedSubscription(open, undefined, 2)) seen.push(next.value.seq)
    }
    await expect(read()).rejects.toThrow('broken')
    expect(seen).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('[DA5] aborting ends a reader that waits', async () => {
    const stop = new AbortController()
    async function* open(signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
      yield first(0)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const events = boundedSubscription(open, stop.signal)
    await events.next()
    const waiting = events.next()
    stop.abort()
    expect((await waiting).done).toBe(true)
  })
})
