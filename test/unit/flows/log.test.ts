/** The event log of real engines: what a download's life is told as, from the link to the last chunk, with its facts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { LogKind } from '../../../shared/contract/log-facts.ts'
import type { LogEntry } from '../../../shared/contract/model.ts'
import { catchState, MIB, Pond, share, until, untilSeeding, untilShare } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

/** Of one share, oldest first, when there is one of this kind. */
function untilLogged(api: EngineApi, root: string, kind: LogKind): Promise<LogEntry[]> {
  return until(api, `a line ${kind}`, ({ log }) => {
    const own = log.filter((entry) => entry.root === root)
    return own.some((entry) => entry.kind === kind) ? own : undefined
  })
}

const factsOf = (log: readonly LogEntry[], kind: LogKind) => log.find((entry) => entry.kind === kind)?.facts

describe('[FL15] a download in the event log', () => {
  test('link, manifest, beginning, a source that leaves and returns, a restart that keeps chunks, the end', async () => {
    let source = await pond.peer('source', { name: 'Alice' })
    let sink = await pond.peer('sink')
    const { root, link } = await share(source.api, pond.file('film.bin', 12 * MIB, 'film'))
    // Slow where it comes from: so something is asked for at any moment.
    await source.api.limit({ up: 3 * MIB })
    await sink.api.openLink({ link })
    await sink.api.start({ root, destination: sink.downloads })
    await catchState(sink.api, root, ({ haveChunks }) => haveChunks >= 2)
    await source.engine.stop()
    const left = await untilLogged(sink.api, root, 'peer-left')
    expect(left.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['share-added', 'peer-joined', 'manifest-received', 'download-started', 'peer-left']),
    )
    expect(factsOf(left, 'share-added')).toEqual({ origin: 'link' })
    expect(factsOf(left, 'manifest-received')).toEqual({ files: 1, chunks: 12, bytes: 12 * MIB })
    expect(factsOf(left, 'download-started')).toEqual({ files: 1, bytes: 12 * MIB })
    expect(factsOf(left, 'peer-joined')).toEqual({ name: 'Alice' })
    expect(factsOf(left, 'peer-left')).toMatchObject({ name: 'Alice' })
    const reassigned = await untilLogged(sink.api, root, 'chunks-reassigned')
    expect(factsOf(reassigned, 'chunks-reassigned')).toMatchObject({ name: 'Alice', cause: 'left' })
    expect(factsOf(reassigned, 'chunks-reassigned')?.['chunks']).toBeGreaterThan(0)

    source = await pond.peer('source', { name: 'Alice' })
    const back = await untilLogged(sink.api, root, 'peer-returned')
    expect(factsOf(back, 'peer-returned')?.['name']).toBe('Alice')
    expect(factsOf(back, 'peer-returned')?.['awayMs']).toBeGreaterThan(0)

    const kept = (await catchState(sink.api, root, ({ haveChunks }) => haveChunks >= 4)).haveChunks
    await sink.engine.stop()
    sink = await pond.peer('sink')
    await source.api.limit({ up: null })
    await untilSeeding(sink.api, root)
    const log = await untilLogged(sink.api, root, 'download-complete')
    const resumed = factsOf(log, 'download-resumed')
    expect(resumed).toMatchObject({ chunkCount: 12, lost: 0 })
    expect(resumed?.['chunks']).toBeGreaterThanOrEqual(kept)
    expect(resumed?.['bytes']).toBe(Number(resumed?.['chunks']) * MIB)
    const complete = factsOf(log, 'download-complete')
    expect(complete).toMatchObject({ files: 1, bytes: 12 * MIB, peers: 1 })
    expect(complete?.['durationMs']).toBeGreaterThan(0)
    expect(log.some(({ kind }) => kind === 'download-started')).toBe(false)
  })

  test('paused, resumed, removed: by whom is clear, and only once', async () => {
    const source = await pond.peer('source')
    const { root } = await share(source.api, pond.file('note.txt', 100, 'note'))
    await source.api.pause(root)
    await source.api.pause(root)
    await source.api.resume(root)
    await untilShare(source.api, root, 'the seed', ({ state }) => state === 'seeding')
    await source.api.resume(root)
    await source.api.remove({ root, withData: false })
    const log = await untilLogged(source.api, root, 'share-removed')
    expect(log.map(({ kind, facts }) => [kind, facts])).toEqual([
      ['share-added', { origin: 'path' }],
      ['share-paused', {}],
      ['share-resumed', {}],
      ['share-removed', { withData: false }],
    ])
  })
})
