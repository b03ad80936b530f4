/** What must never be shared by mistake: the node's own folder, with its key and its tokens, wherever it lies. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { type Peer, Pond, share, until, untilShare } from './support.ts'

/** Of nothing that anybody has. */
const SOME_LINK = 'shoal:bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

let pond: Pond
let peer: Peer
beforeEach(async () => {
  pond = new Pond()
  peer = await pond.peer('home/.local/share/shoal')
  pond.file('home/letter.txt', 100, 'letter')
})
afterEach(() => pond.clear())

async function imported(path: string): Promise<ImportJob> {
  const { job } = await peer.api.importPath({ path })
  return until(peer.api, 'the end of the import', (state) => {
    const now = state.jobs.get(job)
    return now === undefined || ['walking', 'hashing'].includes(now.state) ? undefined : now
  })
}

describe('[FL22] the profile', () => {
  test('is left out of a folder that holds it, and that is told', async () => {
    const job = await imported(pond.path('home'))
    expect(job.state).toBe('done')
    expect(job.skipped).toEqual([{ path: '.local/share/shoal', reason: 'private' }])
    const { files } = await peer.api.files({ root: job.root ?? '', offset: 0, count: 100 })
    expect(files.map(({ path }) => path)).toEqual(['letter.txt'])
  })

  test.each([
    ['itself', ''],
    ['its key', 'identity.key'],
    ['its database', 'shoal.sqlite'],
    ['a folder that it keeps', 'kept'],
  ])('cannot be shared: %s', async (_what, below) => {
    mkdirSync(join(peer.profileDir, 'kept'))
    const job = await imported(join(peer.profileDir, below))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_ALLOWED' } })
    expect(await peer.api.shares()).toEqual([])
  })

  test('cannot be shared by a link that leads to it, nor among several paths', async () => {
    symlinkSync(join(peer.profileDir, 'identity.key'), pond.path('photo.jpg'))
    expect(await imported(pond.path('photo.jpg'))).toMatchObject({ state: 'failed', error: { code: 'NOT_ALLOWED' } })
    const { job } = await peer.api.importPaths({
      name: 'both',
      paths: [pond.path('home/letter.txt'), join(peer.profileDir, 'identity.key')],
    })
    const ended = await until(peer.api, 'the end', (state) => {
      const now = state.jobs.get(job)
      return now?.error === undefined ? undefined : now
    })
    expect(ended.error?.code).toBe('NOT_ALLOWED')
  })

  test.each(['', 'downloads', 'sample', 'not/there/yet'])('is no place for downloads: %s', async (below) => {
    const inside = join(peer.profileDir, below)
    await expect(peer.api.changeSettings({ downloadFolder: inside })).rejects.toThrow('keeps its own things')
    const { root } = await peer.api.openLink({ link: SOME_LINK })
    await expect(peer.api.start({ root, destination: inside })).rejects.toThrow('keeps its own things')
    expect((await peer.api.start({ root, destination: pond.path('home/downloads') })).path).toBe(
      pond.path('home/downloads'),
    )
  })

  test('is no place for what is planned either: the plan is refused as the start is', async () => {
    const source = await pond.peer('source')
    const { root, link } = await share(source.api, pond.file('film.bin', 1_000, 'film'))
    await peer.api.openLink({ link })
    await untilShare(peer.api, root, 'the manifest', ({ state }) => state === 'ready')
    symlinkSync(peer.profileDir, pond.path('elsewhere'))
    for (const destination of [join(peer.profileDir, 'downloads'), pond.path('elsewhere', 'downloads')]) {
      const refusal = { code: 'NOT_ALLOWED', facts: { path: destination } }
      await expect(peer.api.start({ root, destination })).rejects.toMatchObject(refusal)
      await expect(peer.api.planDownload({ root, destination })).rejects.toMatchObject(refusal)
    }
    expect(await peer.api.planDownload({ root, destination: pond.path('home') })).toMatchObject({ writable: true })
  })

  test('has copies and the sample in it that are made to be shared', async () => {
    const copy = join(peer.profileDir, 'uploads', '0123', 'dropped')
    mkdirSync(copy, { recursive: true })
    writeFileSync(join(copy, 'a.txt'), 'a')
    expect((await imported(copy)).state).toBe('done')
    expect((await peer.api.shareSample()).path).toBe(join(peer.profileDir, 'sample'))
  })
})
