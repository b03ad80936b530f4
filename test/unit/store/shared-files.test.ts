/** Files that are shared in place: read as they were hashed, or not at all. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type FileFacts, factsOf, isRacy } from '../../../main/engine/store/facts.ts'
import { HandleCache } from '../../../main/engine/store/handle-cache.ts'
import { SharedFiles } from '../../../main/engine/store/shared-files.ts'
import { SmallWork } from '../../../main/engine/store/small-work.ts'
import { allChunks, CHUNK_BYTES, readChunk, tempFolder, testShare } from './support.ts'

const BIG = 2 * CHUNK_BYTES + 17
const OLD = new Date('2020-01-01T00:00:00.123Z')

/** A clock that always says fast, or one on which every operation took forever: the two ways of reading. */
const modes = [
  { mode: 'synchronous', work: () => new SmallWork(() => 0) },
  { mode: 'thread pool', work: slowWork },
]

function slowWork(): SmallWork {
  let nowMs = 0
  const work = new SmallWork(() => nowMs)
  void work.run(() => {
    nowMs = 10
  })
  return work
}

/** A folder of three files, hashed a minute after their last change as far as their facts tell. */
function shared({ work = new SmallWork(), checkedAtMs = Date.now() + 60_000, handles = new HandleCache() } = {}) {
  const folder = tempFolder()
  const share = testShare([
    ['sub/big', BIG],
    ['sub/small', 4096],
    ['empty', 0],
  ])
  fs.mkdirSync(path.join(folder, 'sub'))
  const facts = new Map<number, FileFacts>()
  for (const [file, entry] of share.manifest.files.entries()) {
    const at = path.join(folder, entry.path)
    fs.writeFileSync(at, share.contentOf(file))
    fs.utimesSync(at, OLD, OLD)
    facts.set(file, factsOf(at, fs.lstatSync(at, { bigint: true }), checkedAtMs))
  }
  const files = new SharedFiles({ manifest: share.manifest, facts, work, handles })
  onTestFinished(() => files.close())
  return {
    folder,
    share,
    files,
    facts,
    handles,
    big: path.join(folder, 'sub/big'),
    small: path.join(folder, 'sub/small'),
  }
}

type Shared = ReturnType<typeof shared>

/** What somebody may do to a file, and what must be said of it. */
const CHANGES: readonly { change: string; code: string; act: (at: string, s: Shared) => void }[] = [
  { change: 'appended to', code: 'source-changed', act: (at) => fs.appendFileSync(at, 'x') },
  { change: 'truncated', code: 'source-changed', act: (at) => fs.truncateSync(at, 100) },
  { change: 'rewritten with the same size', code: 'source-changed', act: (at) => overwrite(at) },
  {
    change: 'rewritten with the same size and its mtime restored',
    code: 'source-changed',
    act: (at) => {
      overwrite(at)
      fs.utimesSync(at, OLD, OLD)
    },
  },
  {
    change: 'replaced by rename with a file of the same size and mtime',
    code: 'source-changed',
    act: (at) => {
      fs.writeFileSync(`${at}.new`, Buffer.alloc(fs.statSync(at).size, 1))
      fs.utimesSync(`${at}.new`, OLD, OLD)
      fs.renameSync(`${at}.new`, at)
    },
  },
  { change: 'deleted', code: 'source-missing', act: (at) => fs.rmSync(at) },
  {
    change: 'replaced by a symbolic link to a copy',
    code: 'source-changed',
    act: (at, { folder }) => {
      fs.copyFileSync(at, path.join(folder, 'copy'))
      fs.rmSync(at)
      fs.symlinkSync(path.join(folder, 'copy'), at)
    },
  },
  {
    change: 'replaced by a folder',
    code: 'source-changed',
    act: (at) => {
      fs.rmSync(at)
      fs.mkdirSync(at)
    },
  },
  {
    change: 'in a folder that became a symbolic link elsewhere',
    code: 'source-changed',
    act: (at, { folder }) => {
      fs.cpSync(path.dirname(at), path.join(folder, 'elsewhere'), { recursive: true, preserveTimestamps: true })
      fs.renameSync(path.dirname(at), path.join(folder, 'was'))
      fs.symlinkSync(path.join(folder, 'elsewhere'), path.dirname(at))
    },
  },
  {
    change: 'in a folder that is gone',
    code: 'source-missing',
    act: (at) => fs.rmSync(path.dirname(at), { recursive: true }),
  },
]

function overwrite(at: string): void {
  const fd = fs.openSync(at, 'r+')
  fs.writeSync(fd, 'changed', 0)
  fs.closeSync(fd)
}

describe.each(modes)('SharedFiles ($mode)', ({ work }) => {
  it('reads every chunk as it was hashed', async () => {
    const { share, files } = shared({ work: work() })
    for (const chunk of allChunks(share))
      expect(await readChunk(share, files, chunk)).toEqual(new Uint8Array(share.bytesOf(chunk)))
    expect(await files.checkAll()).toEqual([])
  })

  for (const name of ['big', 'small'] as const) {
    it.each(CHANGES)(`[ST7] a ${name} file $change is noticed before it is opened`, async ({ act, code }) => {
      const state = shared({ work: work() })
      const file = name === 'big' ? 0 : 1
      const chunk = name === 'big' ? 1 : 3
      act(state[name], state)
      await expect(readChunk(state.share, state.files, chunk)).rejects.toMatchObject({
        code,
        facts: { path: `sub/${name}` },
      })
      expect(await state.files.checkAll()).toContainEqual({ file, error: expect.objectContaining({ code }) })
    })

    it.each(CHANGES)(`[ST7] a ${name} file $change is noticed while it is open`, async ({ act, code, change }) => {
      const state = shared({ work: work() })
      const chunk = name === 'big' ? 1 : 3
      await readChunk(state.share, state.files, chunk)
      act(state[name], state)
      const again = readChunk(state.share, state.files, chunk)
      // The open descriptor is the very file that was hashed, and nobody touched it: its bytes are right.
      if (change.startsWith('in a folder that became'))
        expect(await again).toEqual(new Uint8Array(state.share.bytesOf(chunk)))
      else await expect(again).rejects.toMatchObject({ code })
    })
  }
})

describe('SharedFiles', () => {
  it('[ST7] never waits for the writer of a pipe put in the place of a file', async () => {
    const { share, files, small } = shared()
    fs.rmSync(small)
    const { execFileSync } = await import('node:child_process')
    execFileSync('mkfifo', [small])
    await expect(readChunk(share, files, 3)).rejects.toMatchObject({ code: 'source-changed' })
  })

  it('[ST17] says that a file cannot be read', async () => {
    const { share, small } = shared()
    const unreadable = factsOf(small + 'x'.repeat(300), fs.lstatSync(small, { bigint: true }), 1)
    const files = new SharedFiles({ manifest: share.manifest, facts: new Map([[1, unreadable]]) })
    const expected = { code: 'source-unreadable', facts: { path: 'sub/small', system: 'ENAMETOOLONG' } }
    await expect(readChunk(share, files, 3)).rejects.toMatchObject(expected)
    expect(await files.checkAll()).toEqual([{ file: 1, error: expect.objectContaining(expected) }])
  })

  it('stops at the first changed file when asked to', async () => {
    const { files, big, small } = shared()
    overwrite(big)
    fs.rmSync(small)
    expect((await files.checkAll()).map(({ file, error }) => [file, error.code])).toEqual([
      [0, 'source-changed'],
      [1, 'source-missing'],
    ])
    expect(await files.checkAll(undefined, true)).toHaveLength(1)
    await expect(files.checkAll(AbortSignal.abort())).rejects.toThrow()
  })

  it('[ST8] hashes the chunks of a file that was changed too close to its hashing', async () => {
    // The clock stands still where timestamps cannot tell, so no chunk is ever proven.
    const { share, facts, small } = shared()
    const ctimeMs = Number(fs.lstatSync(small, { bigint: true }).ctimeNs / 1_000_000n)
    const racy = (handles: HandleCache, nowMs: () => number) => {
      fs.utimesSync(small, OLD, OLD)
      const stat = fs.lstatSync(small, { bigint: true })
      const known = { ...factsOf(small, stat, ctimeMs), ino: stat.ino }
      expect(isRacy(known)).toBe(true)
      return new SharedFiles({ manifest: share.manifest, facts: new Map([...facts, [1, known]]), handles, nowMs })
    }
    const wrong = Buffer.from(share.bytesOf(3))
    wrong[100] = (wrong[100] ?? 0) ^ 1
    fs.writeFileSync(small, wrong)
    await expect(
      readChunk(
        share,
        racy(new HandleCache(), () => ctimeMs),
        3,
      ),
    ).rejects.toMatchObject({ code: 'source-changed' })
    fs.writeFileSync(small, share.bytesOf(3))
    expect(
      await readChunk(
        share,
        racy(new HandleCache(), () => ctimeMs),
        3,
      ),
    ).toEqual(new Uint8Array(share.bytesOf(3)))
  })

  it('[ST8] tells racy files by the granularity of their timestamps', () => {
    const facts = (ns: bigint, checkedAtMs: number): FileFacts => ({
      path: '/x',
      sizeBytes: 1,
      mtimeNs: ns,
      ctimeNs: ns,
      ino: 1n,
      dev: 1n,
      checkedAtMs,
    })
    const fine = 1_700_000_000_123_456_789n
    const coarse = 1_700_000_000_000_000_000n
    expect(isRacy(facts(fine, 1_700_000_000_143))).toBe(true)
    expect(isRacy(facts(fine, 1_700_000_000_144))).toBe(false)
    expect(isRacy(facts(coarse, 1_700_000_002_000))).toBe(true)
    expect(isRacy(facts(coarse, 1_700_000_002_001))).toBe(false)
  })

  it('takes a file back whose content is the same again, and no other', async () => {
    const { share, files, big, small, facts } = shared()
    fs.writeFileSync(`${big}.new`, share.contentOf(0))
    fs.renameSync(`${big}.new`, big)
    await expect(readChunk(share, files, 0)).rejects.toMatchObject({ code: 'source-changed' })
    const fresh = await files.recheck(0)
    expect(fresh.ino).toBe(fs.lstatSync(big, { bigint: true }).ino)
    expect(fresh.ino).not.toBe(facts.get(0)?.ino)
    expect(await readChunk(share, files, 0)).toEqual(new Uint8Array(share.bytesOf(0)))
    overwrite(small)
    await expect(files.recheck(1)).rejects.toMatchObject({ code: 'source-changed' })
    fs.rmSync(small)
    await expect(files.recheck(1)).rejects.toMatchObject({ code: 'source-missing' })
    await expect(files.recheck(0, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })

  it('refuses a buffer of the wrong length, unknown chunks and files that are not here', async () => {
    const { share, files, facts } = shared()
    await expect(files.read(0, new Uint8Array(5))).rejects.toThrow(RangeError)
    await expect(files.read(99, new Uint8Array(5))).rejects.toThrow(RangeError)
    facts.delete(1)
    const fewer = new SharedFiles({ manifest: share.manifest, facts })
    await expect(readChunk(share, fewer, 3)).rejects.toThrow(/not on disk/)
  })

  it('[ST10] reads 300 files side by side with 8 descriptors', async () => {
    const folder = tempFolder()
    const share = testShare(
      Array.from({ length: 300 }, (_, file) => [`f${file}`, file % 3 === 0 ? 70_000 : 10] as const),
    )
    const facts = new Map<number, FileFacts>()
    for (const [file, entry] of share.manifest.files.entries()) {
      const at = path.join(folder, entry.path)
      fs.writeFileSync(at, share.contentOf(file))
      facts.set(file, factsOf(at, fs.lstatSync(at, { bigint: true }), Date.now() + 60_000))
    }
    const handles = new HandleCache({ limit: 8 })
    const files = new SharedFiles({ manifest: share.manifest, facts, handles })
    let most = 0
    const read = async (chunk: number) => {
      const bytes = await readChunk(share, files, chunk)
      most = Math.max(most, handles.held)
      return bytes
    }
    const all = await Promise.all([...allChunks(share), ...allChunks(share)].map(read))
    for (const [at, bytes] of all.entries()) expect(bytes).toEqual(new Uint8Array(share.bytesOf(at % 300)))
    expect(most).toBe(8)
    await files.close()
    // Descriptors are given back in the background where the disk was slow.
    await vi.waitFor(() => expect(handles.held).toBe(0), 10_000)
  })
})
