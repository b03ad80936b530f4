/** Shares of made-up bytes: every byte follows from a seed, so any process can tell what is right. Knows nothing of vitest. */
import { createCipheriv, createHash, hash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create as createDigest } from 'multiformats/hashes/digest'
import type { Manifest } from '../../../main/engine/content/manifest.ts'

export const CHUNK_BYTES = 1024 * 1024

export interface TestShare {
  readonly manifest: Manifest
  bytesOf(chunk: number): Uint8Array
  contentOf(file: number): Buffer
}

/** `files`: path and size, in order. A single file has the path ''. */
export function testShare(
  files: readonly (readonly [string, number])[],
  directories: readonly string[] = [],
  seed = 1,
): TestShare {
  let chunkCount = 0
  const entries = files.map(([at, sizeBytes]) => {
    const entry = { path: at, sizeBytes, firstChunk: chunkCount, chunkCount: Math.ceil(sizeBytes / CHUNK_BYTES) }
    chunkCount += entry.chunkCount
    return entry
  })
  const owners = entries.flatMap((entry, file) => new Array<number>(entry.chunkCount).fill(file))
  const fileOfChunk = (chunk: number) => {
    const file = owners[chunk]
    if (file === undefined) throw new RangeError(`No chunk ${chunk}`)
    return file
  }
  const entryOf = (chunk: number) => entries[fileOfChunk(chunk)] ?? { firstChunk: 0, sizeBytes: 0 }
  const chunkOffset = (chunk: number) => (chunk - entryOf(chunk).firstChunk) * CHUNK_BYTES
  const chunkLength = (chunk: number) => Math.min(CHUNK_BYTES, entryOf(chunk).sizeBytes - chunkOffset(chunk))
  const bytesOf = (chunk: number) => {
    const key = hash('sha256', `${seed}/${chunk}`, 'buffer')
    return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(chunkLength(chunk)))
  }
  const digests = new Uint8Array(chunkCount * 32)
  for (let chunk = 0; chunk < chunkCount; chunk++) digests.set(hash('sha256', bytesOf(chunk), 'buffer'), chunk * 32)
  const root = CID.createV1(
    raw.code,
    createDigest(0x12, createHash('sha256').update(digests).update(`${seed}`).digest()),
  )
  const manifest: Manifest = {
    root,
    type: files.length === 1 && files[0]?.[0] === '' ? 'file' : 'directory',
    files: entries,
    directories,
    skipped: [],
    totalBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    chunkCount,
    digests,
    chunkLength,
    chunkOffset,
    fileOfChunk,
  }
  const contentOf = (file: number) => {
    const { firstChunk = 0, chunkCount: count = 0 } = entries[file] ?? {}
    return Buffer.concat(Array.from({ length: count }, (_, at) => bytesOf(firstChunk + at)))
  }
  return { manifest, bytesOf, contentOf }
}

/** A small deterministic generator (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
