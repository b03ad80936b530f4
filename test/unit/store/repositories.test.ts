/** What the store remembers of shares, nodes, files, chunks, peers, settings and announcements. */
import fs from 'node:fs'
import path from 'node:path'
import * as dagPb from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FileFacts, factsOf } from '../../../main/engine/store/facts.ts'
import { Nodes } from '../../../main/engine/store/nodes.ts'
import type { ShareRow } from '../../../main/engine/store/shares.ts'
import { openStore } from '../../../main/engine/store/store.ts'
import { tempFolder } from './support.ts'

const file = () => path.join(tempFolder(), 'shoal.db')

function store(at = file()) {
  const opened = openStore(at, { nowMs: () => 5_000 })
  onTestFinished(() => opened.close())
  return opened
}

const share = (root: string, more: Partial<ShareRow> = {}): ShareRow => ({
  root,
  name: 'name',
  origin: 'fetched',
  paused: false,
  complete: false,
  sequential: false,
  priority: 'normal',
  linkPeers: [],
  ignore: [],
  addedAt: 1,
  receivedBytes: 0,
  sentBytes: 0,
  corruptBytes: 0,
  ...more,
})

async function rawNode(text: string) {
  const bytes = new TextEncoder().encode(text)
  return { cid: CID.createV1(raw.code, await sha256.digest(bytes)), bytes }
}

async function pbNode(children: readonly CID[]) {
  const bytes = dagPb.encode(
    dagPb.createNode(
      Uint8Array.of(8, 2),
      children.map((cid) => ({ Name: '', Tsize: 1, Hash: cid })),
    ),
  )
  return { cid: CID.createV1(dagPb.code, await sha256.digest(bytes)), bytes }
}

const facts = (at: string, more: Partial<FileFacts> = {}): FileFacts => ({
  path: at,
  sizeBytes: 10,
  mtimeNs: 1_700_000_000_123_456_789n,
  ctimeNs: 1_700_000_000_123_456_790n,
  ino: 2n ** 64n - 5n,
  dev: 2n ** 63n + 1n,
  checkedAtMs: 1_700_000_100_000,
  ...more,
})

describe('shares', () => {
  it('gives back exactly what was put, across a restart', () => {
    const at = file()
    const full = share('full', {
      origin: 'in-place',
      paused: true,
      complete: true,
      path: '/a/ü',
      destination: '/d',
      destinationDev: '18446744073709551611',
      partialPath: '/d/.p',
      sequential: true,
      select: [0, 7, 8, 900_000],
      limitDown: 5,
      limitUp: 0,
      claimedBytes: 2 ** 53 - 1,
      linkPeers: ['/ip4/127.0.0.1/tcp/1'],
      ignore: ['*.tmp'],
      finishedAt: 9,
      receivedBytes: 2 ** 52,
      trouble: { code: 'disk-full', message: 'full', sinceAt: 3, path: 'a' },
      claim: { path: '/d/name', kind: 'whole', entries: [{ path: '/d/name', dev: '1', ino: '2' }] },
    })
    const first = openStore(at, { nowMs: () => 1 })
    first.shares.put(full)
    first.shares.put(share('empty selection', { select: [], addedAt: 0 }))
    first.close()
    expect(store(at).shares.list()).toEqual([share('empty selection', { select: [], addedAt: 0 }), full])
  })

  it('updates what is named, removes what is undefined, and knows no other share', () => {
    const { shares } = store()
    shares.put(share('a', { limitUp: 7, select: [1] }))
    expect(shares.update('a', { limitUp: undefined, paused: true, receivedBytes: 4 })).toEqual(
      share('a', { paused: true, receivedBytes: 4, select: [1] }),
    )
    expect(shares.get('a')).toEqual(share('a', { paused: true, receivedBytes: 4, select: [1] }))
    expect(() => shares.update('b', { paused: true })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
    expect(shares.get('b')).toBeUndefined()
  })

  it('takes everything of a share along when it is deleted', async () => {
    const { shares, nodes, files, bitfields, announcements, database } = store()
    const node = await rawNode('only here')
    shares.put(share('a'))
    nodes.putMany('a', [node])
    files.putMany('a', [[0, facts('/x')]])
    bitfields.save('a', Uint8Array.of(1), 'boot')
    announcements.put({ root: 'a', route: 'lan-dht', lastAt: 1, peers: 2 })
    expect(shares.delete('a')).toBe(true)
    expect(shares.delete('a')).toBe(false)
    for (const table of ['shares', 'nodes', 'node_owners', 'file_facts', 'bitfields', 'announcements']) {
      expect([table, database.sql.prepare(`SELECT count(*) AS n FROM ${table}`).get()]).toEqual([table, { n: 0 }])
    }
  })
})

describe('[ST18] shares of several paths', () => {
  const inPlace = (root: string, more: Partial<ShareRow> = {}) => share(root, { origin: 'in-place', ...more })
  const PATHS = ['/z/1', '/a/2', '/m/3', '/b/4']

  it('keep all of them in order, tell the first, and are of several paths after a restart too', () => {
    const at = file()
    const first = openStore(at, { nowMs: () => 5_000 })
    first.shares.put(inPlace('r'))
    first.shares.paths.put('r', PATHS)
    first.close()
    const again = store(at)
    expect(again.shares.paths.all('r')).toEqual(PATHS)
    expect(again.shares.get('r')).toEqual({ ...inPlace('r'), paths: { count: 4, first: ['/z/1', '/a/2', '/m/3'] } })
    // Counters are written all the time: that changes nothing here.
    expect(again.shares.update('r', { sentBytes: 9 })).toMatchObject({ sentBytes: 9, paths: { count: 4 } })
    expect(again.shares.list()).toMatchObject([{ root: 'r', paths: { count: 4 } }])
  })

  it('are of one path when they are shared so, and take their paths along when they go', () => {
    const { shares, database } = store()
    const rows = () => database.sql.prepare('SELECT count(*) AS n FROM share_paths').get()
    shares.put(inPlace('r'))
    shares.paths.put('r', PATHS)
    shares.put(inPlace('other'))
    shares.paths.put('other', ['/o'])
    shares.put(inPlace('r', { path: '/folder' }))
    shares.paths.put('r', [])
    expect(shares.get('r')).toEqual(inPlace('r', { path: '/folder' }))
    expect(rows()).toEqual({ n: 1 })
    shares.delete('other')
    expect(rows()).toEqual({ n: 0 })
    expect(() => shares.paths.put('nobody', PATHS)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})

describe('nodes', () => {
  it('keeps a node until its last owner goes', async () => {
    const { nodes, shares } = store()
    const [shared, own] = [await rawNode('shared'), await rawNode('own')]
    nodes.putMany('a', [shared, own, shared])
    nodes.putMany('b', [shared])
    shares.put(share('a'))
    shares.delete('a')
    expect(nodes.get(own.cid)).toBeUndefined()
    expect(nodes.get(shared.cid)).toEqual(shared.bytes)
    nodes.release('b')
    expect(nodes.get(shared.cid)).toBeUndefined()
  })

  it('hands the nodes of an import over, and sweeps those of imports that died', async () => {
    const at = file()
    const [kept, left] = [await rawNode('kept'), await rawNode('left')]
    const first = openStore(at, { nowMs: () => 1 })
    first.nodes.putMany(Nodes.jobOwner('1'), [kept])
    first.nodes.putMany('root', [kept])
    first.nodes.adopt(Nodes.jobOwner('1'), 'root')
    first.nodes.putMany(Nodes.jobOwner('2'), [left])
    first.close()
    const { nodes } = store(at)
    expect([nodes.get(kept.cid), nodes.get(left.cid)]).toEqual([kept.bytes, undefined])
    nodes.release('root')
    expect(nodes.get(kept.cid)).toBeUndefined()
  })

  it('reads what it has in the order asked, until told to stop', async () => {
    const { nodes } = store()
    const [a, b, missing] = [await rawNode('a'), await rawNode('b'), await rawNode('missing')]
    nodes.putMany('root', [a, b])
    const read = []
    for await (const node of nodes.source([b.cid, missing.cid, a.cid])) read.push(node)
    expect(read).toEqual([b, a])
    const stop = AbortSignal.abort(new Error('stopped'))
    await expect(nodes.source([a.cid], stop)[Symbol.asyncIterator]().next()).rejects.toThrow('stopped')
  })
})

describe('file facts', () => {
  it('keeps 64-bit inodes, devices and nanoseconds exactly', () => {
    const { files, shares } = store()
    shares.put(share('a'))
    const wanted = new Map([
      [0, facts('/a')],
      [12, facts('/b', { cid: 'bafkx', mtimeNs: -5n, sizeBytes: 2 ** 50 })],
    ])
    files.putMany('a', wanted)
    expect(files.all('a')).toEqual(wanted)
    files.putMany('a', [[0, facts('/moved')]])
    expect(files.all('a').get(0)?.path).toBe('/moved')
    files.clear('a')
    expect(files.all('a').size).toBe(0)
    expect(() => files.putMany('b', wanted)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  it('[ST9] knows an unchanged file with its nodes, and no other', async () => {
    const { files, shares, nodes } = store()
    const at = path.join(tempFolder(), 'file')
    fs.writeFileSync(at, 'content')
    const stat = () => fs.lstatSync(at, { bigint: true })
    const [leaf1, leaf2] = [await rawNode('1'), await rawNode('2')]
    const middle = await pbNode([leaf1.cid])
    const top = await pbNode([middle.cid, leaf2.cid])
    const later = Date.now() + 60_000
    shares.put(share('a'))
    files.putMany('a', [[0, factsOf(at, stat(), later, top.cid.toString())]])
    expect(files.known(at, stat())).toBeUndefined() // its nodes are not there
    nodes.putMany('a', [middle, top])
    expect(files.known(at, stat())).toEqual({ cid: top.cid, nodes: [top, middle] })
    expect(files.known(`${at}x`, stat())).toBeUndefined()
    files.putMany('a', [[0, factsOf(at, stat(), Date.now() - 1_000, top.cid.toString())]])
    expect(files.known(at, stat())).toBeUndefined() // changed after it was hashed, as far as anyone can tell
    files.putMany('a', [[0, factsOf(at, stat(), later, leaf1.cid.toString())]])
    expect(files.known(at, stat())).toEqual({ cid: leaf1.cid, nodes: [] })
    fs.appendFileSync(at, '!')
    expect(files.known(at, stat())).toBeUndefined()
  })
})

describe('bitfields', () => {
  it('saves, replaces and loads', () => {
    const { bitfields, shares } = store()
    shares.put(share('a'))
    expect(bitfields.load('a')).toBeUndefined()
    bitfields.save('a', Uint8Array.of(0x80, 0), 'boot 1')
    bitfields.save('a', Uint8Array.of(0xc0, 1), 'boot 2')
    expect(bitfields.load('a')).toEqual({ bytes: Uint8Array.of(0xc0, 1), bootId: 'boot 2', savedAt: 5_000 })
    expect(() => bitfields.save('b', Uint8Array.of(1), 'boot')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  it('[ST2] is durable exactly when bits are taken back', () => {
    const { bitfields, shares, database } = store()
    shares.put(share('a'))
    const modes: unknown[] = []
    database.sql.function('mode', () => {
      modes.push(Object.values(database.sql.prepare('PRAGMA synchronous').get() ?? {})[0])
      return 0
    })
    for (const event of ['INSERT', 'UPDATE']) {
      database.sql.exec(`CREATE TEMP TRIGGER watch_${event} AFTER ${event} ON bitfields BEGIN SELECT mode(); END`)
    }
    for (const byte of [0x80, 0xc0, 0xc0, 0x40, 0x41]) bitfields.save('a', Uint8Array.of(byte), 'boot')
    expect(modes).toEqual([1, 1, 1, 2, 1])
  })
})

describe('peers', () => {
  const peer = (name: string, lastSeenAt: number) => ({
    peer: name,
    addresses: ['/a'],
    firstSeenAt: 1,
    lastSeenAt,
    failures: 0,
  })

  it('remembers 2,000, forgets the oldest, and never forgets a block for it', () => {
    const { peers, database } = store()
    peers.put({ ...peer('blocked', 0), blocked: { reason: 'lied', at: 4 } })
    database.transaction(() => {
      for (let number = 1; number <= 2_005; number++) peers.put(peer(`peer ${number}`, number))
    })
    const names = peers.list().map((one) => one.peer)
    expect(names).toHaveLength(2_001)
    expect([names[0], names[1_999], names[2_000]]).toEqual(['peer 2005', 'peer 6', 'blocked'])
    expect(peers.get('blocked')?.blocked).toEqual({ reason: 'lied', at: 4 })
    peers.delete('blocked')
    expect(peers.get('blocked')).toBeUndefined()
  })

  it('cuts what a stranger may make long', () => {
    const { peers } = store()
    const addresses = ['x'.repeat(600), ...Array.from({ length: 40 }, (_, number) => `/${number}`)]
    peers.put({ ...peer('a', 1), addresses, name: 'n'.repeat(500), client: 'c'.repeat(500) })
    const kept = peers.get('a')
    expect([kept?.addresses.length, kept?.addresses[0], kept?.name?.length, kept?.client?.length]).toEqual([
      16,
      '/0',
      128,
      128,
    ])
  })
})

describe('settings and announcements', () => {
  it('keep JSON values across a restart', () => {
    const at = file()
    const first = openStore(at, { nowMs: () => 1 })
    first.settings.set('limits', { down: null, up: 5 })
    first.settings.set('gone', 1)
    first.settings.set('gone', undefined)
    first.close()
    const { settings } = store(at)
    expect([settings.get('limits'), settings.get('gone')]).toEqual([{ down: null, up: 5 }, undefined])
  })

  it('keep the newest announcement of each route', () => {
    const { announcements, shares } = store()
    shares.put(share('a'))
    announcements.put({ root: 'a', route: 'lan-dht', lastAt: 1, peers: 2 })
    announcements.put({ root: 'a', route: 'lan-dht', lastAt: 3, peers: 4 })
    announcements.put({ root: 'removed', route: 'lan-dht', lastAt: 3, peers: 4 })
    expect(announcements.list()).toEqual([{ root: 'a', route: 'lan-dht', lastAt: 3, peers: 4 }])
  })
})
