/** Who came and went, over a real store: told once, bounded, kept; and nicknames that outlive everything. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PeerHistory } from '../../../main/engine/flows/peer-history.ts'
import { rememberBlock, rememberNickname } from '../../../main/engine/flows/peer-memory.ts'
import { openStore, type Store } from '../../../main/engine/store/store.ts'
import { MAX_PEER_EVENTS } from '../../../shared/contract/network-view.ts'
import { tempFolder } from '../store/support.ts'

class Presence {
  readonly here = new Set<string>()
  #joined: ((peer: never) => void)[] = []
  #left: ((peer: never) => void)[] = []
  list = () => [...this.here] as never[] // of a peer id the history uses its text alone
  onJoin = (listener: (peer: never) => void) => this.#listen(this.#joined, listener)
  onLeave = (listener: (peer: never) => void) => this.#listen(this.#left, listener)
  come(peer: string): void {
    this.here.add(peer)
    for (const listener of this.#joined) listener(peer as never)
  }
  go(peer: string): void {
    this.here.delete(peer)
    for (const listener of this.#left) listener(peer as never)
  }
  #listen(listeners: ((peer: never) => void)[], listener: (peer: never) => void): () => void {
    listeners.push(listener)
    return () => void listeners.splice(listeners.indexOf(listener), 1)
  }
}

function start(file = join(tempFolder(), 'shoal.sqlite')) {
  let now = 1_000
  const store: Store = openStore(file, { nowMs: () => now })
  const presence = new Presence()
  const history = new PeerHistory({ store, now: () => now++ })
  history.start(presence)
  onTestFinished(() => {
    store.close()
    rmSync(file, { force: true })
  })
  return { file, store, presence, history, kinds: (peer: string) => history.of(peer).map(({ kind }) => kind) }
}

describe('history of peers', () => {
  it('[NE91] [NE94] a peer comes and goes, and is known afterwards, without an address', () => {
    const { presence, history, store } = start()
    presence.come('ada')
    presence.go('ada')
    expect(history.of('ada')).toEqual([
      { at: 1_001, kind: 'joined' },
      { at: 1_003, kind: 'left' },
    ])
    expect(store.peers.get('ada')).toEqual({
      peer: 'ada',
      addresses: [],
      firstSeenAt: 1_000,
      lastSeenAt: 1_002,
      failures: 0,
    })
    expect(history.of('somebody else')).toEqual([])
  })

  it('[NE91] what several shares see at once is written once', () => {
    const { presence, history, kinds } = start()
    history.liveness('ada', 'back')
    history.liveness('ada', 'suspect')
    presence.come('ada')
    for (const kind of ['back', 'suspect', 'suspect', 'back', 'back', 'suspect'] as const) history.liveness('ada', kind)
    presence.go('ada')
    history.liveness('ada', 'suspect')
    expect(kinds('ada')).toEqual(['joined', 'suspect', 'back', 'suspect', 'left'])
  })

  it('[NE91] whoever is here when we stop has left, and after that nothing is heard', () => {
    const { presence, history, kinds } = start()
    presence.come('ada')
    history.stop()
    history.stop()
    presence.go('ada')
    expect(kinds('ada')).toEqual(['joined', 'left'])
  })

  it('[NE91] a run that dies leaves no word, and what it wrote is there after it', () => {
    const first = start()
    first.presence.come('ada')
    first.history.blocked('ada', true)
    const second = start(first.file)
    second.history.blocked('ada', false)
    second.presence.come('ada')
    expect(second.kinds('ada')).toEqual(['joined', 'blocked', 'unblocked', 'joined'])
  })

  it('[NE91] the newest events of a peer are kept, and those of others beside them', () => {
    const { presence, history } = start()
    presence.come('bea')
    for (let turn = 0; turn < MAX_PEER_EVENTS; turn++) {
      presence.come('ada')
      presence.go('ada')
    }
    const events = history.of('ada')
    expect(events).toHaveLength(MAX_PEER_EVENTS)
    expect(events.at(-1)?.kind).toBe('left')
    expect(events[0]?.at).toBeGreaterThan(1_000 + MAX_PEER_EVENTS)
    expect(history.of('bea')).toHaveLength(1)
  })

  it('[NE91] a crowd of strangers costs a bounded number of rows', () => {
    const { history, store } = start()
    store.database.transaction(() => {
      for (let stranger = 0; stranger < 51_000; stranger++) history.blocked(`stranger ${stranger}`, true)
    })
    const rows = Object.values(store.database.sql.prepare('SELECT count(*) FROM peer_events').get() ?? {})[0]
    expect(rows).toBe(50_000)
    expect(history.of('stranger 0')).toEqual([])
    expect(history.of('stranger 50999')).toHaveLength(1)
  })
})

describe('nicknames', () => {
  it('[NE94] who was only named or blocked is no Shoal peer, until it comes as one', () => {
    const { store, presence } = start()
    rememberNickname(store.peers, 'ada', 'DHT server', 5)
    rememberBlock(store.peers, 'bea', { reason: 'x', at: 1 })
    expect([store.peers.get('ada')?.shoal, store.peers.get('bea')?.shoal]).toEqual([false, false])
    presence.come('ada')
    expect(store.peers.get('ada')).not.toHaveProperty('shoal')
  })

  it('[NE94] outlive the age of the peer, blocks, and what sessions tell of it; null takes it away', () => {
    const { store } = start()
    rememberNickname(store.peers, 'ada', 'Laptop upstairs', 5)
    store.database.transaction(() => {
      for (let number = 0; number < 2_100; number++)
        store.peers.put({ peer: `p${number}`, addresses: [], firstSeenAt: 10, lastSeenAt: 10 + number, failures: 0 })
    })
    expect(store.peers.list()).toHaveLength(2_001)
    const row = store.peers.get('ada')
    if (row === undefined) throw new Error('forgotten')
    store.peers.put({ ...row, name: 'Quiet Heron', blocked: { reason: 'x', at: 1 } })
    expect(store.peers.get('ada')?.nickname).toBe('Laptop upstairs')
    rememberNickname(store.peers, 'ada', null, 6)
    expect(store.peers.get('ada')).toEqual({
      ...row,
      nickname: undefined,
      name: 'Quiet Heron',
      blocked: { reason: 'x', at: 1 },
    })
  })
})
