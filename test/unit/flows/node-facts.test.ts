/** What an engine tells of itself and of its peers, and what its settings do, with whole engines on loopback. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEngine } from '../../../main/engine/engine.ts'
import { openStore } from '../../../main/engine/store/store.ts'
import { fetchInto, MIB, type Peer, Pond, share, until, untilSeeding } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {}, child: () => silent }

const restarted = async (peer: Peer, name: string, options: Parameters<Pond['peer']>[1] = {}): Promise<Peer> => {
  await peer.engine.stop()
  return pond.peer(name, options)
}

/** Whoever is connected with `peer`, as `api` sees it. */
const untilConnected = (api: Peer['api'], peer: string, connected: boolean) =>
  until(api, `a peer to be ${connected ? 'here' : 'gone'}`, ({ peers }) => {
    const row = peers.get(peer)
    return row?.connected === connected && row.firstSeenAt !== undefined ? row : undefined
  })

async function connect(from: Peer, to: Peer): Promise<void> {
  const [address = ''] = (await to.api.status()).listening
  await from.api.connect({ address })
}

describe('settings in the engine', () => {
  test('[SE1] a change is told to who listens, stands in a new snapshot, and is there after a restart', async () => {
    const ada = await pond.peer('ada')
    const told = until(ada.api, 'the change', ({ settings }) =>
      settings.settings.uploadSlots === 3 ? settings : undefined,
    )
    const answer = await ada.api.changeSettings({ uploadSlots: 3, ui: { language: 'es' } })
    expect(await told).toEqual(answer)
    expect((await ada.api.status()).uploadSlots).toBe(3)
    const again = await restarted(ada, 'ada')
    expect((await again.api.settings()).settings).toEqual(answer.settings)
    expect((await again.api.status()).uploadSlots).toBe(3)
  })

  test('[SE7] `limit` and the settings are one value; the schedule stands above both', async () => {
    const ada = await pond.peer('ada')
    await ada.api.limit({ down: 1_000_000 })
    expect((await ada.api.settings()).settings.limits).toEqual({ down: 1_000_000, up: null })
    const always = { enabled: true, fromMinute: 0, toMinute: 0, days: [0, 1, 2, 3, 4, 5, 6] }
    const view = await ada.api.changeSettings({
      limits: { up: 2_000_000 },
      schedule: { ...always, down: 5_000, up: null },
    })
    expect(view.scheduleActive).toBe(true)
    const { limitDownBytesPerSecond, limitUpBytesPerSecond } = await ada.api.status()
    expect([limitDownBytesPerSecond, limitUpBytesPerSecond]).toEqual([5_000, undefined])
    const again = await restarted(ada, 'ada')
    expect((await again.api.status()).limitDownBytesPerSecond).toBe(5_000)
    await again.api.changeSettings({ schedule: { enabled: false } })
    expect(await again.api.status()).toMatchObject({ limitDownBytesPerSecond: 1e6, limitUpBytesPerSecond: 2e6 })
  })

  test('[SE8] a new name is told to peers that meet us afterwards', async () => {
    const [ada, bea] = [await pond.peer('ada'), await pond.peer('bea')]
    await ada.api.changeSettings({ name: 'Ada of the hill' })
    expect((await ada.api.status()).name).toBe('Ada of the hill')
    const { link } = await share(ada.api, pond.file('f', 3 * MIB, 'f'))
    const root = await fetchInto(bea.api, link, bea.downloads)
    const name = await until(bea.api, 'a row of the swarm', ({ swarm }) => swarm.get(root)?.get(ada.id)?.name)
    expect(name).toBe('Ada of the hill')
    const { name: derived } = (await ada.api.changeSettings({ name: null })).settings
    expect([derived, (await ada.api.status()).name]).toEqual([undefined, expect.stringMatching(/^\w+ \w+$/)])
  })

  test('[SE6] downloads go to the folder that the settings name, from now on', async () => {
    const [ada, bea] = [await pond.peer('ada'), await pond.peer('bea')]
    const { link } = await share(ada.api, pond.file('f', MIB, 'f'))
    await bea.engine.stop()
    // Without the option of the command line, which would decide it.
    const free = await createEngine({ profileDir: bea.profileDir, network: 'local', bootstrap: [], logger: silent })
    try {
      await free.start()
      const wanted = pond.path('elsewhere', 'deep')
      await free.api.changeSettings({ downloadFolder: wanted })
      const { root } = await free.api.openLink({ link })
      await free.api.start({ root })
      await untilSeeding(free.api, root)
      expect(readdirSync(wanted)).toEqual(['f'])
    } finally {
      await free.stop()
    }
  })

  test('[SE3] the network of a start is the stored one when nothing is said, and changes wait for the next', async () => {
    const ada = await pond.peer('ada')
    await ada.engine.stop()
    const store = openStore(join(ada.profileDir, 'shoal.sqlite'), { nowMs: Date.now })
    store.settings.set('settings', { network: { mode: 'local', lanDht: false } })
    store.close()
    const engine = await createEngine({ profileDir: ada.profileDir, bootstrap: [], logger: silent })
    try {
      await engine.start()
      const { network, dht } = await engine.api.status()
      expect([network, dht]).toEqual(['local', []])
      expect(await engine.api.settings()).toMatchObject({ fixed: [], waiting: [] })
      const { waiting } = await engine.api.changeSettings({ network: { lanDht: true, listenPort: 40_123 } })
      expect(waiting).toEqual(['network.lanDht', 'network.listenPort'])
      expect((await engine.api.status()).dht).toEqual([])
    } finally {
      await engine.stop()
    }
    const later = await pond.peer('ada')
    const { dht, listening } = await later.api.status()
    expect([dht.map(({ route }) => route), listening[0]]).toEqual([['lan-dht'], expect.stringContaining('/tcp/40123/')])
    expect((await later.api.settings()).fixed).toEqual(['downloadFolder', 'network.mode'])
  })
})

describe('traffic', () => {
  test('[NE92] what moved stands in payload and wire on both ends, and the wire carried a little more', async () => {
    const [ada, bea] = [await pond.peer('ada'), await pond.peer('bea')]
    const size = 32 * MIB
    const { link } = await share(ada.api, pond.file('f', size, 'f'))
    const root = await fetchInto(bea.api, link, bea.downloads)
    await untilSeeding(bea.api, root)
    const [from, to] = [await ada.api.status(), await bea.api.status()]
    expect(to.receivedBytes).toBe(size)
    for (const [payload, wire] of [
      [from.sentBytes, from.wireSentBytes],
      [to.receivedBytes, to.wireReceivedBytes],
    ] as const) {
      expect(wire).toBeGreaterThan(payload)
      expect(wire).toBeLessThan(payload * 1.03)
    }
    // A sample comes once a second; this waits for the one that holds the end.
    const sum = async () => {
      const samples = await bea.api.traffic({})
      let [payload, wire] = [0, 0]
      for (const sample of samples) {
        payload += sample.payloadReceived
        wire += sample.wireReceived
        expect(payload).toBeLessThanOrEqual(wire)
      }
      return payload
    }
    await expect.poll(sum, { timeout: 20_000 }).toBe(size)
    const newest = (await bea.api.traffic({})).at(-1)?.at ?? 0
    expect((await bea.api.traffic({ sinceAt: newest - 1 })).map(({ at }) => at)).toContain(newest)
    expect((await bea.api.traffic({ sinceAt: newest })).every(({ at }) => at > newest)).toBe(true)
  })
})

describe('peers', () => {
  test('[NE91] [NE94] everyone met is listed with nickname and history, connected or not, after a restart too', async () => {
    const ada = await pond.peer('ada')
    const bea = await pond.peer('bea')
    await connect(bea, ada)
    await untilConnected(ada.api, bea.id, true)
    const named = until(ada.api, 'the nickname', ({ peers }) => peers.get(bea.id)?.nickname)
    await ada.api.nickname({ peer: bea.id, nickname: ' Laptop upstairs ' })
    expect(await named).toBe('Laptop upstairs')
    await bea.engine.stop()
    await untilConnected(ada.api, bea.id, false)
    await ada.api.block({ peer: bea.id, blocked: true })
    await ada.api.block({ peer: bea.id, blocked: false })

    const again = await restarted(ada, 'ada')
    const row = (await again.api.peers()).find(({ peer }) => peer === bea.id)
    expect(row).toMatchObject({ connected: false, nickname: 'Laptop upstairs' })
    expect(row?.lastSeenAt).toBeGreaterThanOrEqual(row?.firstSeenAt ?? Number.POSITIVE_INFINITY)
    const history = await again.api.peerHistory(bea.id)
    expect(history.map(({ kind }) => kind)).toEqual(['joined', 'left', 'blocked', 'unblocked'])
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted((a, b) => a - b))
    await again.api.nickname({ peer: bea.id, nickname: null })
    expect((await again.api.peers()).find(({ peer }) => peer === bea.id)).not.toHaveProperty('nickname')
  })

  test('[NE94] nobody unknown gets a nickname, and neither do we', async () => {
    const ada = await pond.peer('ada')
    const stranger = '12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd'
    await expect(ada.api.nickname({ peer: stranger, nickname: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ada.api.nickname({ peer: ada.id, nickname: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(ada.api.nickname({ peer: 'me', nickname: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(await ada.api.peerHistory(stranger)).toEqual([])
  })
})

describe('the network around', () => {
  test('[NE93] alone; then with the bootstrap peer only; then it could be switched off', async () => {
    const ada = await pond.peer('ada')
    expect(await ada.api.network()).toMatchObject({
      independence: 'alone',
      infrastructure: [],
      nat: { state: 'local' },
    })
    const [door = ''] = (await ada.api.status()).listening
    const bea = await pond.peer('bea', { bootstrap: [door] })
    await untilConnected(bea.api, ada.id, true)
    const boot = { kind: 'bootstrap', address: door, peer: ada.id, inUse: true }
    expect(await bea.api.network()).toMatchObject({ independence: 'bootstrap-only', infrastructure: [boot] })
    const cyd = await pond.peer('cyd')
    await connect(cyd, bea)
    await untilConnected(bea.api, cyd.id, true)
    expect((await bea.api.network()).independence).toBe('could-be-off')
    // Her table has everybody once they answered.
    const table = async () =>
      (await bea.api.network()).dhts.flatMap(({ buckets }) =>
        buckets.flatMap(({ peers }) => peers.map(({ peer }) => peer)),
      )
    await expect.poll(async () => (await table()).sort(), { timeout: 20_000 }).toEqual([ada.id, cyd.id].sort())
    const [dht] = (await bea.api.network()).dhts
    expect(dht).toMatchObject({
      route: 'lan-dht',
      mode: 'server',
      bucketSize: 20,
      kadId: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(dht?.lookups).toBeGreaterThan(0)
    for (const { peers } of dht?.buckets ?? [])
      for (const peer of peers) expect([peer.connected, peer.name]).toEqual([true, expect.any(String)])
  })

  test('[NE93] a record that a neighbour keeps for us stands in its table view, ours do not in ours', async () => {
    const ada = await pond.peer('ada')
    const [door = ''] = (await ada.api.status()).listening
    const bea = await pond.peer('bea', { bootstrap: [door] })
    const { root } = await share(bea.api, pond.file('f', MIB, 'f'))
    await until(bea.api, 'the announcement', ({ shares }) =>
      shares.get(root)?.announcements.find(({ state, peers }) => state === 'announced' && peers > 0),
    )
    const held = async (of: Peer) => (await of.api.network()).dhts.map(({ recordsHeld }) => recordsHeld)
    await expect.poll(() => held(ada), { timeout: 20_000 }).toEqual([1])
    expect(await held(bea)).toEqual([0])
  })
})

describe('the sample', () => {
  test('[FL20] is shared, is the same when asked for again, after a restart too, and moves like anything else', async () => {
    const ada = await pond.peer('ada')
    const [first, second] = await Promise.all([ada.api.shareSample(), ada.api.shareSample()])
    expect(second.job).toBe(first.job)
    const root = await until(ada.api, 'the sample', ({ jobs }) => jobs.get(first.job)?.root)
    const folder = join(ada.profileDir, 'sample')
    expect(readdirSync(folder).toSorted()).toEqual([
      'bem-vindo.txt',
      'bienvenida.txt',
      'como-funcionam-os-enxames.txt',
      'como-funcionan-los-enjambres.txt',
      'how-swarms-work.txt',
      'noise-24-mib.bin',
      'shoal.svg',
      'welcome.txt',
    ])
    expect(statSync(join(folder, 'noise-24-mib.bin')).size).toBe(24 * MIB)
    const welcome = readFileSync(join(folder, 'welcome.txt'), 'utf8')
    for (const name of readdirSync(folder)) expect(welcome).toContain(name)
    expect(await ada.api.shareSample()).toMatchObject({ state: 'done', root })

    const again = await restarted(ada, 'ada')
    await until(again.api, 'the share', ({ shares }) => (shares.get(root)?.state === 'seeding' ? true : undefined))
    expect(await again.api.shareSample()).toMatchObject({
      state: 'done',
      root,
      files: 8,
      totalBytes: expect.any(Number),
    })
    const bea = await pond.peer('bea')
    expect(await fetchInto(bea.api, (await again.api.share(root)).link, bea.downloads)).toBe(root)
    await untilSeeding(bea.api, root)
    const [name = ''] = readdirSync(bea.downloads)
    const noise = (dir: string) => readFileSync(join(dir, 'noise-24-mib.bin'))
    expect(noise(join(bea.downloads, name)).equals(noise(folder))).toBe(true)
    expect(readdirSync(ada.profileDir).filter((file) => file.endsWith('.tmp'))).toEqual([])
  })

  test('[FL20] removed, it can be shared again; what was changed in it is left as it is', async () => {
    const ada = await pond.peer('ada')
    const done = async () => {
      const { job } = await ada.api.shareSample()
      return until(ada.api, 'the sample', ({ jobs }) => jobs.get(job)?.root)
    }
    const root = await done()
    await ada.api.remove({ root, withData: false })
    const mine = join(ada.profileDir, 'sample', 'welcome.txt')
    expect(existsSync(mine)).toBe(true)
    writeFileSync(mine, 'my own words')
    expect(await done()).not.toBe(root)
    expect(readFileSync(mine, 'utf8')).toBe('my own words')
  })
})

describe('identity', () => {
  test('[NE4] [NE5] exported here and imported there, the other is this peer from its next start on', async () => {
    const ada = await pond.peer('ada')
    const bea = await pond.peer('bea')
    const path = pond.path('ada.key')
    await ada.api.exportIdentity({ path })
    expect(await bea.api.importIdentity({ path })).toEqual({ peer: ada.id })
    expect((await bea.api.status()).peer).toBe(bea.id)
    await ada.engine.stop()
    expect((await restarted(bea, 'bea')).id).toBe(ada.id)
    expect(readdirSync(bea.profileDir)).toContain(`identity-${bea.id}.key`)
  })
})
