/**
 * Manners towards others: issue, section 6, item 7 ("Eight downloaders from one source limited to 20 MB/s, 64 MiB: the last
 * is done within 1.5 x size/rate") and section 4: bandwidth limits up and down, global and per share, changeable while
 * running; several downloads and uploads at once share the machine fairly.
 *
 * Rates are measured over some seconds at the receiver's own count, and held to 15 %.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { watchMachine } from './support/machine.ts'
import { SEED } from './support/random.ts'
import { catchMoment, fetchInto, measuredRate, type Shared, share, untilSeeding } from './support/shares.ts'

const MIB = 1024 * 1024
const MB = 1_000_000
const OVER_MS = 4_000

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

async function shareNew(source: Peer, name: string, sizeBytes: number): Promise<Shared & { digest: string }> {
  const digest = makeFile(ground.path(name), sizeBytes, `${SEED} ${name}`)
  return { ...(await share(source.api, ground.path(name))), digest }
}

/** Waits for the transfer to move, then measures; expects `wanted` within 15 %. */
async function expectRate(sink: Peer, roots: readonly string[], wanted: number, what: string): Promise<void> {
  const received = async () => {
    const shares = await Promise.all(roots.map((root) => sink.api.share(root)))
    return shares.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0)
  }
  const rate = await measuredRate(received, OVER_MS)
  console.log(`${what}: ${(rate / MB).toFixed(2)} MB/s, wanted ${(wanted / MB).toFixed(2)}`)
  expect(rate, what).toBeGreaterThan(wanted * 0.85)
  expect(rate, what).toBeLessThan(wanted * 1.15)
}

const moving = (sink: Peer, root: string) =>
  catchMoment(sink.api, root, 'the first bytes', ({ receivedBytes }) => receivedBytes > 0)

/** A change of a limit takes hold within the time for what was already asked and paid for. */
async function settle(sink: Peer, root: string): Promise<void> {
  const { receivedBytes } = await sink.api.share(root)
  await catchMoment(sink.api, root, 'two more MiB', (now) => now.receivedBytes > receivedBytes + 2 * MIB)
}

describe('item 7: eight downloaders from one source limited to 20 MB/s, 64 MiB', () => {
  // "Within 1.5 x size/rate" is measured by the bench (flash-crowd): it depends on what else the machine does. Here it is
  // printed, and what makes it possible is tested: they give to each other.
  test(`all are done; they feed each other, seed ${SEED}`, async () => {
    const size = 64 * MIB
    const rate = 20 * MB
    const source = await ground.peer('source', '--limit-up', `${rate}B/s`)
    const { link, root, digest } = await shareNew(source, 'film.bin', size)
    const sinks: Peer[] = []
    for (let number = 1; number <= 8; number++) sinks.push(await ground.peer(`sink-${number}`))
    const load = watchMachine([source, ...sinks].map(({ running }) => running.pid))
    const startedAt = Date.now()
    await Promise.all(sinks.map((sink) => fetchInto(sink.api, link, sink.downloads)))
    const done = await Promise.all(sinks.map((sink) => untilSeeding(sink.api, root)))
    const busy = load()
    for (const { path } of done) expect(await digestOf(path ?? '')).toBe(digest)
    const tookMs = done.map(({ finishedAt }) => (finishedAt ?? Number.NaN) - startedAt).sort((a, b) => a - b)
    const idealMs = (size / rate) * 1_000
    const { sentBytes } = await source.api.share(root)
    console.log(
      `flash crowd: first ${((tookMs[0] ?? 0) / idealMs).toFixed(2)} x, last ${((tookMs.at(-1) ?? 0) / idealMs).toFixed(2)} x size/rate; the source sent ${(sentBytes / size).toFixed(2)} copies; ${busy}`,
    )
    // Eight copies arrive; most of them came from each other. How few the source sends depends on what else the machine does:
    // the bench measures it, the simulation has its bound.
    expect(sentBytes).toBeLessThan(4 * size)
  })
})

describe('bandwidth limits', () => {
  test(`up, for all shares together, changed while running and lifted, seed ${SEED}`, async () => {
    const source = await ground.peer('source', '--limit-up', '4MB/s')
    const { link, root, digest } = await shareNew(source, 'film.bin', 192 * MIB)
    expect((await source.api.status()).limitUpBytesPerSecond).toBe(4 * MB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await moving(sink, root)
    await expectRate(sink, [root], 4 * MB, 'up 4 MB/s')
    await source.api.limit({ up: 12 * MB })
    await settle(sink, root)
    await expectRate(sink, [root], 12 * MB, 'up 12 MB/s')
    await source.api.limit({ up: 2 * MB })
    await settle(sink, root)
    await expectRate(sink, [root], 2 * MB, 'up 2 MB/s')
    await source.api.limit({ up: null })
    expect((await source.api.status()).limitUpBytesPerSecond).toBeUndefined()
    const liftedAt = performance.now()
    const done = await untilSeeding(sink.api, root)
    // More than 100 MiB were left: at any of the limits that is far longer.
    expect(performance.now() - liftedAt).toBeLessThan(8_000)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })

  test(`down, for all shares together, changed while running and lifted, seed ${SEED}`, async () => {
    const source = await ground.peer('source')
    const { link, root, digest } = await shareNew(source, 'film.bin', 192 * MIB)
    const sink = await ground.peer('sink', '--limit-down', '4MB/s')
    await fetchInto(sink.api, link, sink.downloads)
    await moving(sink, root)
    await expectRate(sink, [root], 4 * MB, 'down 4 MB/s')
    await sink.api.limit({ down: 12 * MB })
    await settle(sink, root)
    await expectRate(sink, [root], 12 * MB, 'down 12 MB/s')
    await sink.api.limit({ down: 1 * MB })
    await settle(sink, root)
    await expectRate(sink, [root], 1 * MB, 'down 1 MB/s')
    await sink.api.limit({ down: null })
    const liftedAt = performance.now()
    const done = await untilSeeding(sink.api, root)
    expect(performance.now() - liftedAt).toBeLessThan(8_000)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })

  test(`[TR7] per share: one share's limit holds it and not the other, on both ends, seed ${SEED}`, async () => {
    const source = await ground.peer('source')
    const one = await shareNew(source, 'one.bin', 128 * MIB)
    const two = await shareNew(source, 'two.bin', 128 * MIB)
    const sink = await ground.peer('sink')
    await source.api.limit({ root: one.root, up: 3 * MB })
    await Promise.all([one, two].map(({ link }) => sink.api.openLink({ link })))
    await sink.api.limit({ root: two.root, down: 6 * MB })
    await Promise.all([one, two].map(({ root }) => sink.api.start({ root, destination: sink.downloads })))
    await Promise.all([moving(sink, one.root), moving(sink, two.root)])
    await Promise.all([
      expectRate(sink, [one.root], 3 * MB, 'one, up 3 MB/s'),
      expectRate(sink, [two.root], 6 * MB, 'two, down 6 MB/s'),
    ])
    // The narrower of the two counts: a limit for all over the limits of each.
    await sink.api.limit({ down: 5 * MB })
    await settle(sink, two.root)
    await expectRate(sink, [one.root, two.root], 5 * MB, 'both, down 5 MB/s in all')
    await source.api.limit({ root: one.root, up: null })
    await sink.api.limit({ root: two.root, down: null })
    await sink.api.limit({ down: null })
    for (const { root, digest } of [one, two]) {
      expect(await digestOf((await untilSeeding(sink.api, root)).path ?? '')).toBe(digest)
    }
  })

  test(`limits are kept over a restart, of all shares and of one, seed ${SEED}`, async () => {
    const source = await ground.peer('source')
    const { root } = await shareNew(source, 'film.bin', MIB)
    await source.api.limit({ up: 5 * MB, down: 6 * MB })
    await source.api.limit({ root, up: 2 * MB })
    await source.running.killed()
    const again = await ground.peer('source')
    expect(await again.api.status()).toMatchObject({
      limitUpBytesPerSecond: 5 * MB,
      limitDownBytesPerSecond: 6 * MB,
    })
    expect(await again.api.share(root)).toMatchObject({ limitUpBytesPerSecond: 2 * MB })
  })
})

describe('several at once share fairly', () => {
  const FAIR = 0.6

  /** Nobody gets less than FAIR of an even part. */
  function expectFair(parts: readonly number[], what: string): void {
    const even = parts.reduce((sum, part) => sum + part, 0) / parts.length
    console.log(`${what}: ${parts.map((part) => `${Math.round((part / even) * 100)} %`).join(', ')} of an even part`)
    for (const part of parts) expect(part, what).toBeGreaterThanOrEqual(FAIR * even)
  }

  test(`three downloads from one source, under a limit of the downloader, seed ${SEED}`, async () => {
    const source = await ground.peer('source')
    const shares = []
    for (const name of ['a.bin', 'b.bin', 'c.bin']) shares.push(await shareNew(source, name, 64 * MIB))
    const sink = await ground.peer('sink', '--limit-down', '12MB/s')
    await Promise.all(shares.map(({ link }) => fetchInto(sink.api, link, sink.downloads)))
    for (const { root } of shares) await moving(sink, root)
    const before = await Promise.all(shares.map(({ root }) => sink.api.share(root)))
    const rate = expectRate(
      sink,
      shares.map(({ root }) => root),
      12 * MB,
      'three downloads',
    )
    await rate
    const after = await Promise.all(shares.map(({ root }) => sink.api.share(root)))
    expectFair(
      after.map(({ receivedBytes }, index) => receivedBytes - (before[index]?.receivedBytes ?? 0)),
      'three downloads under one limit',
    )
  })

  test(`three takers of three shares of one limited source, seed ${SEED}`, async () => {
    const source = await ground.peer('source', '--limit-up', '12MB/s')
    const takers: { sink: Peer; root: string }[] = []
    for (const name of ['a.bin', 'b.bin', 'c.bin']) {
      const { link, root } = await shareNew(source, name, 64 * MIB)
      const sink = await ground.peer(`to-${name}`)
      await fetchInto(sink.api, link, sink.downloads)
      takers.push({ sink, root })
    }
    for (const { sink, root } of takers) await moving(sink, root)
    const before = await Promise.all(takers.map(({ sink, root }) => sink.api.share(root)))
    await measuredRate(async () => (await source.api.status()).sentBytes, OVER_MS)
    const after = await Promise.all(takers.map(({ sink, root }) => sink.api.share(root)))
    expectFair(
      after.map(({ receivedBytes }, index) => receivedBytes - (before[index]?.receivedBytes ?? 0)),
      'three uploads under one limit',
    )
  })

  test(`without any limit: four downloads at once, from two sources, all whole, none starved, seed ${SEED}`, async () => {
    const sources = [await ground.peer('source-1'), await ground.peer('source-2')] as const
    const shares = []
    for (const [index, name] of ['a.bin', 'b.bin', 'c.bin', 'd.bin'].entries()) {
      shares.push(await shareNew(index % 2 === 0 ? sources[0] : sources[1], name, 192 * MIB))
    }
    const sink = await ground.peer('sink')
    await Promise.all(shares.map(({ link }) => fetchInto(sink.api, link, sink.downloads)))
    for (const { root } of shares) await moving(sink, root)
    const before = await Promise.all(shares.map(({ root }) => sink.api.share(root)))
    const isWhole = ({ haveBytes }: ShareSummary) => haveBytes === 192 * MIB
    const first = await Promise.race(
      shares.map(({ root }) => catchMoment(sink.api, root, 'the first to be whole', isWhole)),
    )
    const after = await Promise.all(shares.map(({ root }) => sink.api.share(root)))
    expectFair(
      after.map(({ receivedBytes }, index) => receivedBytes - (before[index]?.receivedBytes ?? 0)),
      `four downloads, from when all move until ${first.name} is whole`,
    )
    for (const { root, digest } of shares) {
      expect(await digestOf((await untilSeeding(sink.api, root)).path ?? '')).toBe(digest)
    }
  })
})
