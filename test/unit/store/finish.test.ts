/** The end of a download: names given once, to whole files, over nothing that exists, whatever happens in between. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FinishClaim } from '../../../main/engine/store/chunk-files.ts'
import { isRacy } from '../../../main/engine/store/facts.ts'
import { openPartial } from '../../../main/engine/store/open-partial.ts'
import { linkNew } from '../../../main/engine/store/place.ts'
import { SharedFiles } from '../../../main/engine/store/shared-files.ts'
import {
  allChunks,
  CHUNK_BYTES,
  openNew,
  partialOptions,
  readChunk,
  tempFolder,
  testShare,
  treeOf,
  writeChunks,
} from './support.ts'

const onClaim = () => {}
const fileShare = () => testShare([['', CHUNK_BYTES + 9]])
const folderShare = () =>
  testShare(
    [
      ['a/one', CHUNK_BYTES + 1],
      ['a/two', 5],
      ['b/c/three', 6],
      ['b/none', 0],
      ['four', 7],
    ],
    ['a', 'b', 'b/c', 'empty', 'empty/deep'],
  )

async function complete(share = fileShare(), destination = tempFolder(), localName = 'film.mkv') {
  const options = partialOptions(share, destination, localName)
  const files = await openNew(options)
  await writeChunks(share, files, allChunks(share))
  return { share, destination, options, files }
}

describe('finish', () => {
  it('makes a file that can be shared in place at once, without hashing', async () => {
    const { share, destination, files } = await complete()
    const done = await files.finish({ onClaim })
    expect(done.path).toBe(path.join(destination, 'film.mkv'))
    expect(fs.readdirSync(destination)).toEqual(['film.mkv'])
    expect(fs.readFileSync(done.path).equals(share.contentOf(0))).toBe(true)
    expect([...done.files.values()].filter(isRacy)).toEqual([])
    const shared = new SharedFiles({ manifest: share.manifest, facts: done.files })
    expect(await shared.checkAll()).toEqual([])
    for (const chunk of allChunks(share))
      expect(await readChunk(share, shared, chunk)).toEqual(new Uint8Array(share.bytesOf(chunk)))
    expect(await readChunk(share, files, 0)).toEqual(new Uint8Array(share.bytesOf(0)))
  })

  it('makes the whole tree, with empty files and folders', async () => {
    const { share, files } = await complete(folderShare())
    const done = await files.finish({ onClaim })
    const expected = ['a/', 'a/one', 'a/two', 'b/', 'b/c/', 'b/c/three', 'b/none', 'empty/', 'empty/deep/', 'four']
    expect(Object.keys(treeOf(done.path)).sort()).toEqual(expected)
    for (const [file, { path: at }] of share.manifest.files.entries()) {
      expect(fs.readFileSync(path.join(done.path, at)).equals(share.contentOf(file))).toBe(true)
    }
    expect(await new SharedFiles({ manifest: share.manifest, facts: done.files }).checkAll()).toEqual([])
  })

  it('makes an empty file and an empty folder', async () => {
    const destination = tempFolder()
    await (await complete(testShare([['', 0]]), destination, 'empty.txt')).files.finish({ onClaim })
    await (await complete(testShare([]), destination, 'folder')).files.finish({ onClaim })
    expect(treeOf(destination)).toEqual({ 'empty.txt': expect.any(String), 'folder/': 'folder' })
  })

  it('gives no name to a file that lacks a chunk', async () => {
    const share = fileShare()
    const destination = tempFolder()
    const files = await openNew(partialOptions(share, destination))
    await writeChunks(share, files, [0])
    await expect(files.finish({ onClaim })).rejects.toMatchObject({ cause: expect.any(RangeError) })
    expect(fs.readdirSync(destination)).toEqual(['.name.test.shoal-part'])
  })

  it('gives no name to a file that somebody cut short, and cuts what somebody appended', async () => {
    const { share, options, destination, files } = await complete(folderShare())
    await files.flush()
    fs.truncateSync(path.join(options.partialPath, 'a/one'), 1)
    fs.appendFileSync(path.join(options.partialPath, 'a/two'), 'more')
    await expect(files.finish({ onClaim })).rejects.toMatchObject({
      code: 'destination-io',
      facts: { lostChunks: [0, 1] },
    })
    expect(fs.readdirSync(destination)).toEqual([path.basename(options.partialPath)])
    await writeChunks(share, files, [0, 1])
    const done = await files.finish({ onClaim })
    expect(fs.readFileSync(path.join(done.path, 'a/two')).equals(share.contentOf(1))).toBe(true)
  })
})

describe('[ST13] names', () => {
  const OCCUPANTS = [
    { what: 'a file', make: (at: string) => fs.writeFileSync(at, 'mine') },
    { what: 'an empty file', make: (at: string) => fs.writeFileSync(at, '') },
    { what: 'an empty folder', make: (at: string) => fs.mkdirSync(at) },
    { what: 'a full folder', make: (at: string) => fs.cpSync(import.meta.dirname, at, { recursive: true }) },
    { what: 'a dangling link', make: (at: string) => fs.symlinkSync('/nowhere/at/all', at) },
    { what: 'a link to a folder', make: (at: string) => fs.symlinkSync(path.dirname(at), at) },
  ]

  describe.each(OCCUPANTS)('$what in the way', ({ make }) => {
    it.each(['file', 'folder'])('stays as it is, before and in the last moment (%s)', async (kind) => {
      const destination = tempFolder()
      const name = kind === 'file' ? 'x.bin' : 'x'
      const numbered = (number: number) => (kind === 'file' ? `x (${number}).bin` : `x (${number})`)
      make(path.join(destination, name))
      const { files } = await complete(kind === 'file' ? fileShare() : folderShare(), destination, name)
      const claimed: string[] = []
      const done = await files.finish({
        onClaim: (claim) => {
          claimed.push(path.basename(claim.path))
          if (claimed.length === 1) make(claim.path)
        },
      })
      expect(claimed).toEqual([numbered(2), numbered(3)])
      expect(path.basename(done.path)).toBe(numbered(3))
      for (const taken of [name, numbered(2)]) {
        const reference = path.join(tempFolder(), 'reference')
        make(reference)
        const kindOf = (at: string) => [
          fs.lstatSync(at).mode,
          fs.lstatSync(at).isFile() ? fs.readFileSync(at, 'utf8') : '',
        ]
        expect(kindOf(path.join(destination, taken))).toEqual(kindOf(reference))
      }
    })
  })

  it('gives eight downloads that finish at once eight names', async () => {
    const destination = tempFolder()
    const share = folderShare()
    const all = await Promise.all(
      Array.from({ length: 8 }, async (_, number) => {
        const files = await openNew({
          ...partialOptions(share, destination, 'x'),
          partialPath: path.join(destination, `.x${number}`),
        })
        await writeChunks(share, files, allChunks(share))
        return files
      }),
    )
    const paths = await Promise.all(all.map(async (files) => (await files.finish({ onClaim })).path))
    expect(new Set(paths).size).toBe(8)
    const trees = paths.map((at) => treeOf(at))
    for (const tree of trees) expect(tree).toEqual(trees[0])
    expect(fs.readdirSync(destination)).toHaveLength(8)
  })

  it('does without hard links where there are none, and does not overwrite there either', () => {
    const folder = tempFolder()
    const at = (name: string) => path.join(folder, name)
    const noLinks = () => {
      throw Object.assign(new Error('no links here'), { code: 'EPERM' })
    }
    fs.writeFileSync(at('from'), 'content')
    fs.writeFileSync(at('taken'), 'mine')
    expect(linkNew(at('from'), at('taken'), noLinks)).toBe(false)
    expect(linkNew(at('from'), at('free'), noLinks)).toBe(true)
    expect(treeOf(folder)).toEqual({ free: expect.any(String), taken: expect.any(String) })
    expect([fs.readFileSync(at('taken'), 'utf8'), fs.readFileSync(at('free'), 'utf8')]).toEqual(['mine', 'content'])
  })
})

describe('selected files', () => {
  it('are all that exists in the end; what was begun and not wanted is dropped', async () => {
    const share = folderShare()
    const files = await openNew(partialOptions(share, tempFolder()))
    await writeChunks(share, files, [0, 1, 2, 3])
    const done = await files.finish({ files: [0, 1], onClaim })
    expect(Object.keys(treeOf(done.path)).sort()).toEqual(['a/', 'a/one', 'a/two'])
    expect(done.dropped).toEqual([2])
    expect([...done.files.keys()]).toEqual([0, 1])
    expect((await files.flush()).count).toBe(3)
  })

  it('are fetched by opening again: a finished partial only reads', async () => {
    const share = folderShare()
    const files = await openNew(partialOptions(share, tempFolder()))
    await writeChunks(share, files, [2])
    const done = await files.finish({ files: [1], onClaim })
    expect(await files.finish({ files: [1], onClaim })).toEqual(done)
    await expect(files.write(4, share.bytesOf(4))).rejects.toThrow(/finished/)
    await expect(files.finish({ onClaim })).rejects.toMatchObject({ cause: expect.any(RangeError) })
    expect(await readChunk(share, files, 2)).toEqual(new Uint8Array(share.bytesOf(2)))
  })

  it('[ST13] join the folder of an earlier finish without overwriting what the user put there', async () => {
    const share = folderShare()
    const destination = tempFolder()
    const options = partialOptions(share, destination)
    const first = await openNew(options)
    await writeChunks(share, first, [2])
    const finished = await first.finish({ files: [1], onClaim })
    await first.close()
    fs.writeFileSync(path.join(finished.path, 'four'), 'mine')
    const second = await openNew({ ...options, have: await first.flush(), finished })
    await writeChunks(share, second, allChunks(share))
    const claims: FinishClaim[] = []
    const done = await second.finish({ onClaim: (claim) => void claims.push(claim) })
    expect(done.path).toBe(finished.path)
    const names = [
      'a/',
      'a/one',
      'a/two',
      'b/',
      'b/c/',
      'b/c/three',
      'b/none',
      'empty/',
      'empty/deep/',
      'four',
      'four (2)',
    ]
    expect(Object.keys(treeOf(done.path)).sort()).toEqual(names)
    expect(fs.readFileSync(path.join(done.path, 'four'), 'utf8')).toBe('mine')
    expect(fs.readdirSync(destination)).toEqual(['name'])
    expect(claims.map((claim) => [claim.kind, claim.entries.length])).toEqual([['added', 4]])
    const shared = new SharedFiles({ manifest: share.manifest, facts: done.files })
    for (const chunk of allChunks(share))
      expect(await readChunk(share, shared, chunk)).toEqual(new Uint8Array(share.bytesOf(chunk)))
  })

  it('[ST12] are not put through a link that the user made of a folder', async () => {
    const share = folderShare()
    const outside = tempFolder()
    const options = partialOptions(share, tempFolder())
    const first = await openNew(options)
    await writeChunks(share, first, [4])
    const finished = await first.finish({ files: [4], onClaim })
    fs.symlinkSync(outside, path.join(finished.path, 'a'))
    const second = await openNew({ ...options, have: await first.flush(), finished })
    await writeChunks(share, second, [2])
    await expect(second.finish({ files: [1, 4], onClaim })).rejects.toMatchObject({ code: 'name-taken' })
    expect(fs.readdirSync(outside)).toEqual([])
  })
})

/** Stops a finish where a crash could: at the claim, right before the name, or with everything done but not recorded. */
class Crash extends Error {}

describe('[ST14] a crash in the middle of finishing', () => {
  const shares = { file: fileShare, folder: folderShare }

  it.each(['file', 'folder'] as const)(
    'before the name: finishes under the name that was claimed (%s)',
    async (kind) => {
      const { share, options, files } = await complete(shares[kind]())
      const have = await files.flush()
      let claim: FinishClaim | undefined
      const crash = files.finish({
        onClaim: (told) => {
          claim = told
          // As if the process had died after it claimed the name with an empty folder.
          if (kind === 'folder') fs.mkdirSync(told.path)
          throw new Crash()
        },
      })
      await expect(crash).rejects.toThrow()
      if (claim === undefined) throw new Error('no claim')
      const again = await openPartial({ ...options, have, claim })
      if (again.state !== 'open') throw new Error('not open')
      expect(again.lost).toEqual([])
      expect((await again.files.finish({ onClaim })).path).toBe(claim.path)
      expect(fs.readdirSync(path.dirname(claim.path))).toEqual(['film.mkv'])
      expect(share.manifest.files.length).toBeGreaterThan(0)
    },
  )

  it.each(['file', 'folder'] as const)(
    'after the name: is found finished, and its chunks are hashed before they are served (%s)',
    async (kind) => {
      const { share, options, files } = await complete(shares[kind]())
      // The bitfield that was saved last is older than the finish.
      const have = await files.flush()
      have.clear(1)
      const claims: FinishClaim[] = []
      const done = await files.finish({ onClaim: (told) => void claims.push(told) })
      const [claim] = claims
      if (claim === undefined) throw new Error('no claim')
      const again = await openPartial({ ...options, have, claim })
      if (again.state !== 'finished') throw new Error('not finished')
      expect([again.share.path, [...again.share.files.keys()]]).toEqual([done.path, [...done.files.keys()]])
      expect(again.have.isFull).toBe(true)
      expect(again.have.isFull).toBe(true)
      // Somebody edits it before anyone watches again.
      const first = path.join(done.path, kind === 'file' ? '' : 'a/one')
      const fd = fs.openSync(first, 'r+')
      fs.writeSync(fd, 'edited', 0)
      fs.closeSync(fd)
      const later = await openPartial({ ...options, have, claim })
      if (later.state !== 'finished') throw new Error('not finished')
      const shared = new SharedFiles({ manifest: share.manifest, facts: later.share.files })
      await expect(readChunk(share, shared, 0)).rejects.toMatchObject({ code: 'source-changed' })
      expect(await readChunk(share, shared, 1)).toEqual(new Uint8Array(share.bytesOf(1)))
    },
  )

  it('between the two names of a file: removes the old one', async () => {
    const { options, destination, files } = await complete()
    const have = await files.flush()
    await files.close()
    const stat = fs.lstatSync(options.partialPath, { bigint: true })
    const to = path.join(destination, 'film.mkv')
    fs.linkSync(options.partialPath, to)
    const claim: FinishClaim = {
      path: to,
      kind: 'whole',
      entries: [{ path: to, dev: `${stat.dev}`, ino: `${stat.ino}` }],
    }
    expect(await openPartial({ ...options, have, claim })).toMatchObject({ state: 'finished', share: { path: to } })
    expect(fs.readdirSync(destination)).toEqual(['film.mkv'])
  })

  it('with a claim that somebody else stands on now: the file goes elsewhere', async () => {
    const { options, destination, files } = await complete()
    const have = await files.flush()
    await files.close()
    const to = path.join(destination, 'film.mkv')
    fs.writeFileSync(to, 'mine')
    const claim: FinishClaim = { path: to, kind: 'whole', entries: [{ path: to, dev: '1', ino: '1' }] }
    const again = await openPartial({ ...options, have, claim })
    if (again.state !== 'open') throw new Error('not open')
    await again.files.finish({ onClaim })
    expect(fs.readFileSync(to, 'utf8')).toBe('mine')
    expect(fs.readdirSync(destination).sort()).toEqual(['film (2).mkv', 'film.mkv'])
  })

  it('while files are added one by one: those that arrived are recorded, the others follow', async () => {
    const share = folderShare()
    const options = partialOptions(share, tempFolder())
    const first = await openNew(options)
    await writeChunks(share, first, [4])
    const finished = await first.finish({ files: [4], onClaim })
    const second = await openNew({ ...options, have: await first.flush(), finished })
    await writeChunks(share, second, allChunks(share))
    const have = await second.flush()
    let claim: FinishClaim | undefined
    const crash = second.finish({
      onClaim: (told) => {
        claim = told
        const [one, two] = told.entries
        if (one === undefined || two === undefined) throw new Error('no entries')
        fs.renameSync(path.join(options.partialPath, 'a/one'), one.path)
        fs.linkSync(path.join(options.partialPath, 'a/two'), two.path)
        throw new Crash()
      },
    })
    await expect(crash).rejects.toThrow()
    if (claim === undefined) throw new Error('no claim')
    const again = await openPartial({ ...options, have, finished, claim })
    if (again.state !== 'open') throw new Error('not open')
    expect([again.lost, [...(again.recovered?.files.keys() ?? [])]]).toEqual([[], [4, 0, 1]])
    const done = await again.files.finish({ onClaim })
    expect([...done.files.keys()].sort()).toEqual([0, 1, 2, 3, 4])
    const names = ['a/', 'a/one', 'a/two', 'b/', 'b/c/', 'b/c/three', 'b/none', 'four']
    expect(
      Object.keys(treeOf(done.path))
        .filter((name) => !name.startsWith('empty'))
        .sort(),
    ).toEqual(names)
  })
})
