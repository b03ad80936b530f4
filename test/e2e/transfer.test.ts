/**
 * Share and get between real daemons on real files: issue, section 6, item 1 ("share -> get of a 256 MiB file and of a folder
 * with everything listed in 2; bytes and tree equal") and the part of item 2 that needs no DHT and no mDNS ("the link's
 * addresses alone"). Every form of link; sharing again without hashing again.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ground } from './support/daemon.ts'
import { digestOf, HAMT_ENTRIES, makeFile, makeRichTree, treeOf } from './support/files.ts'
import { SEED } from './support/random.ts'
import { bareCid, fetchInto, share, untilSeeding } from './support/shares.ts'

const MIB = 1024 * 1024

/** All that a process has read so far, from the page cache too (Linux). */
function readBytes(pid: number): number {
  return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

describe('item 1: share -> get of a 256 MiB file and of a folder with everything; bytes and tree equal', () => {
  test(`a file of 256 MiB, seed ${SEED}`, async () => {
    const path = ground.path('two hundred and fifty-six.bin')
    const digest = makeFile(path, 256 * MIB, SEED)
    await ground.daemon('source')
    const shared = await ground.run('source', 'share', path)
    expect(shared.code, shared.err).toBe(0)
    mkdirSync(ground.path('dl'))
    const sink = await ground.peer('sink')
    const got = await ground.run('sink', 'get', shared.out.trim(), '-o', ground.path('dl'))
    expect(got.code, got.err).toBe(0)
    expect(got.out.trim()).toBe(ground.path('dl', 'two hundred and fifty-six.bin'))
    expect(await digestOf(got.out.trim())).toBe(digest)
    expect(readdirSync(ground.path('dl'))).toEqual(['two hundred and fifty-six.bin'])
    const [summary] = await sink.api.shares()
    // One source, nobody left: every byte came once.
    expect(summary).toMatchObject({
      state: 'seeding',
      haveBytes: 256 * MIB,
      receivedBytes: 256 * MIB,
      corruptBytes: 0,
      haveChunks: 256,
    })
  })

  test(`a folder: nested, empty, hidden, Unicode, ${HAMT_ENTRIES} entries in one, links and pipes left out, seed ${SEED}`, async () => {
    const path = ground.path('everything')
    mkdirSync(path)
    const { expected, skipped } = makeRichTree(path, SEED)
    const source = await ground.peer('source')
    const { job, link, share: summary, root } = await share(source.api, path, ['*.tmp'])
    const reported = new Map(job.skipped.map((entry) => [entry.path, entry.reason]))
    for (const left of skipped) expect(reported.get(left), `${left} is reported`).toBeTruthy()
    for (const ignored of ['scratch.tmp', 'a/b/scratch.tmp']) expect(reported.has(ignored), ignored).toBe(true)
    expect(job.skipped).toHaveLength(skipped.length + 2)
    expect(summary.fileCount).toBe(Object.values(expected).filter((what) => what !== 'folder').length)

    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    const done = await untilSeeding(sink.api, root)
    expect(done.path).toBe(ground.path('sink-downloads', 'everything'))
    expect(treeOf(done.path ?? '')).toEqual(expected)
    expect(readdirSync(sink.downloads)).toEqual(['everything'])
  })

  test('[CO3] a link that is itself shared is followed; one inside is not', async () => {
    mkdirSync(ground.path('real'))
    const digest = makeFile(ground.path('real', 'file'), 1000, SEED)
    symlinkSync(ground.path('real'), ground.path('alias'))
    const source = await ground.peer('source')
    const { link, root } = await share(source.api, ground.path('alias'))
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    expect(treeOf((await untilSeeding(sink.api, root)).path ?? '')).toEqual({ file: digest })
  })

  test.each([
    ['an empty file', 0],
    ['a file of one byte', 1],
    ['a file of one chunk', MIB],
    ['a file of one chunk and a byte', MIB + 1],
  ])(`%s, seed ${SEED}`, async (_what, size) => {
    const digest = makeFile(ground.path('small.bin'), size, SEED)
    const source = await ground.peer('source')
    const { link, root } = await share(source.api, ground.path('small.bin'))
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    expect(await digestOf((await untilSeeding(sink.api, root)).path ?? '')).toBe(digest)
  })
})

describe('forms of links', () => {
  test(`a bare CID and an ipfs:// URI fetch from a peer that is already known, seed ${SEED}`, async () => {
    const digest = makeFile(ground.path('file.bin'), 3 * MIB, SEED)
    const source = await ground.peer('source')
    const { link, root } = await share(source.api, ground.path('file.bin'))
    const cid = bareCid(link)
    expect(cid).toBe(root)
    for (const [profile, text] of [
      ['bare', cid],
      ['upper', cid.toUpperCase()],
      ['uri', `ipfs://${cid}`],
      ['padded', `  <ipfs://${cid}/>  `],
    ] as const) {
      const sink = await ground.peer(profile, '--bootstrap', source.addresses[0] ?? '')
      await fetchInto(sink.api, text, sink.downloads)
      const done = await untilSeeding(sink.api, root)
      // The link tells no name; the source does.
      expect(done.name).toBe('file.bin')
      expect(await digestOf(done.path ?? '')).toBe(digest)
    }
  })
})

describe("item 2: the link's addresses alone", () => {
  test(`no DHT, no mDNS, no bootstrap, nobody met before, seed ${SEED}`, async () => {
    const digest = makeFile(ground.path('file.bin'), 3 * MIB, SEED)
    const alone = ['--no-lan-dht', '--no-internet-dht', '--no-mdns']
    const source = await ground.peer('source', ...alone)
    const { link, root } = await share(source.api, ground.path('file.bin'))
    const sink = await ground.peer('sink', ...alone)
    expect((await sink.api.status()).dht).toEqual([])
    expect(await sink.api.peers()).toEqual([])
    await fetchInto(sink.api, link, sink.downloads)
    expect(await digestOf((await untilSeeding(sink.api, root)).path ?? '')).toBe(digest)
    const [row] = await sink.api.swarm(root)
    expect(row?.routes).toContain('link')
    expect(row?.routes.filter((route) => route !== 'link' && route !== 'inbound')).toEqual([])
  })
})

describe.runIf(process.platform === 'linux')('sharing again', () => {
  test(`what has not changed is not hashed again; what has changed is, alone, seed ${SEED}`, async () => {
    const folder = ground.path('album')
    makeFile(`${folder}/big.bin`, 96 * MIB, SEED)
    makeFile(`${folder}/small.bin`, MIB, SEED)
    let source = await ground.peer('source')
    const first = await share(source.api, folder)

    const readBefore = readBytes(source.running.pid)
    const again = await share(source.api, folder)
    expect(again.root).toBe(first.root)
    expect(readBytes(source.running.pid) - readBefore).toBeLessThan(MIB)

    // The records outlive the process.
    await source.running.killed()
    source = await ground.peer('source')
    const readStart = readBytes(source.running.pid)
    expect((await share(source.api, folder)).root).toBe(first.root)
    expect(readBytes(source.running.pid) - readStart).toBeLessThan(MIB)

    makeFile(`${folder}/small.bin`, MIB, `${SEED} changed`)
    const readChanged = readBytes(source.running.pid)
    const changed = await share(source.api, folder)
    expect(changed.root).not.toBe(first.root)
    const read = readBytes(source.running.pid) - readChanged
    expect(read).toBeGreaterThanOrEqual(MIB)
    expect(read).toBeLessThan(8 * MIB)

    // A new time with the same bytes: read once more, and the same share.
    utimesSync(`${folder}/small.bin`, new Date(), new Date(0))
    expect((await share(source.api, folder)).root).toBe(changed.root)
  })
})
