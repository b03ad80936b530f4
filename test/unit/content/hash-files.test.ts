/** The scheduling of hashing alone: workers are functions here. */
import { expect, test } from 'vitest'
import type { FileFacts } from '../../../main/engine/content/file-facts.ts'
import { type HashFilesOptions, hashFiles } from '../../../main/engine/content/hash-files.ts'
import { HashPool } from '../../../main/engine/content/hash-pool.ts'
import type { Failure, Hashed, Segment } from '../../../main/engine/content/hash-protocol.ts'
import type { FoundFile } from '../../../main/engine/content/walk.ts'

const MIB = 1_048_576

const facts = (sizeBytes: number, version = 1): FileFacts => ({
  sizeBytes,
  mtimeNs: BigInt(version),
  ctimeNs: 1n,
  ino: 1n,
  dev: 1n,
})

const found = (path: string, sizeBytes: number): FoundFile => ({
  kind: 'file',
  name: path,
  path,
  facts: facts(sizeBytes),
})

/** Files as they are "on disk"; a digest is the path's first byte, the chunk and the version. */
function world(disk: Record<string, FileFacts>, failures: (segment: Segment) => Failure | undefined = () => undefined) {
  const requests: Segment[][] = []
  const done = new Map<string, Uint8Array>()
  let hashedBytes = 0
  const options = (files: FoundFile[]): HashFilesOptions => ({
    files,
    locate: (file) => file.path,
    stat: async (path) => disk[path],
    concurrency: 4,
    onBytes: (delta) => {
      hashedBytes += delta
    },
    onResized: () => undefined,
    onFile: async (file, digests) => void done.set(file.path, digests.slice()),
    hash: async (segments): Promise<Hashed> => {
      requests.push([...segments])
      await Promise.resolve()
      const out: number[] = []
      const failed: { segment: number; failure: Failure }[] = []
      for (const [index, segment] of segments.entries()) {
        const stale = disk[segment.path]?.mtimeNs !== segment.facts.mtimeNs
        const failure =
          failures(segment) ?? (stale ? ({ reason: 'changed', path: segment.path, detail: '' } as const) : undefined)
        if (failure !== undefined) failed.push({ segment: index, failure })
        for (let i = 0; i < segment.chunks; i++) {
          const digest = new Uint8Array(32)
          digest.set([segment.path.charCodeAt(0), segment.firstChunk + i, Number(segment.facts.mtimeNs)])
          out.push(...(failure === undefined ? digest : new Uint8Array(32)))
        }
      }
      return { digests: Uint8Array.from(out), failures: failed }
    },
  })
  return { requests, done, options, hashedBytes: () => hashedBytes }
}

const marks = (digests: Uint8Array | undefined): number[][] =>
  Array.from({ length: (digests?.length ?? 0) / 32 }, (_, i) => [...(digests?.subarray(i * 32 + 1, i * 32 + 3) ?? [])])

test('large files are cut into runs of chunks, small ones gathered, and every digest comes to its place', async () => {
  const files = [
    found('big', 40 * MIB + 1),
    ...Array.from({ length: 300 }, (_, i) => found(`s${i}`, 10)),
    found('empty', 0),
  ]
  const { requests, done, options, hashedBytes } = world(
    Object.fromEntries(files.map((file) => [file.path, file.facts])),
  )
  await hashFiles(options(files))
  expect(marks(done.get('big'))).toEqual(Array.from({ length: 41 }, (_, i) => [i, 1]))
  expect(done.size).toBe(302)
  expect(marks(done.get('empty'))).toEqual([[0, 1]])
  expect(hashedBytes()).toBe(40 * MIB + 1 + 3000)
  for (const segments of requests) {
    const bytes = segments.map((segment) =>
      Math.min(segment.chunks * MIB, segment.facts.sizeBytes - segment.firstChunk * MIB),
    )
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(16 * MIB)
    expect(segments.length).toBeLessThanOrEqual(128)
  }
  expect(requests.length).toBeLessThan(10)
})

test('[CO5] a file that changed is hashed once more, whole, as it is then', async () => {
  const files = [found('a', 20 * MIB), found('b', 5)]
  const { done, options, hashedBytes } = world({ a: facts(18 * MIB, 2), b: facts(5) })
  await hashFiles(options(files))
  expect(marks(done.get('a'))).toEqual(Array.from({ length: 18 }, (_, i) => [i, 2]))
  expect(files[0]?.facts).toEqual(facts(18 * MIB, 2))
  expect(hashedBytes()).toBe(18 * MIB + 5)
})

test('[CO5] a file that changes every time is an error with its name', async () => {
  const disk = { a: facts(20 * MIB), restless: facts(3) }
  const { options } = world(disk, ({ path }) =>
    path === 'restless' ? { reason: 'changed', path, detail: '' } : undefined,
  )
  await expect(hashFiles(options([found('a', 20 * MIB), found('restless', 3)]))).rejects.toMatchObject({
    code: 'CONTENT_CHANGED',
    facts: { path: 'restless' },
  })
})

test('[CO5] what cannot be read is not tried again, nor the rest of the file', async () => {
  const { options, requests } = world({ a: facts(4000 * MIB) }, ({ path }) => ({ reason: 'io', path, detail: 'EIO' }))
  await expect(hashFiles(options([found('a', 4000 * MIB)]))).rejects.toMatchObject({ code: 'IO' })
  expect(requests.length).toBeLessThanOrEqual(4)
})

test('a worker that cannot start fails what was asked of it, and all that follows', async () => {
  const pool = new HashPool(new URL('file:///nowhere/hash-worker.js'))
  await expect(pool.stat('/')).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(pool.stat('/')).rejects.toMatchObject({ code: 'INTERNAL' })
})

test('a thread that has ended is not handed on to the next import', async () => {
  const ending = new URL('data:text/javascript,process.exit(3)')
  for (let round = 0; round < 2; round++) {
    const pool = new HashPool(ending)
    await expect(pool.stat('/nothing')).rejects.toMatchObject({ code: 'INTERNAL' })
    pool.stop()
  }
})
