/** Shares of made-up bytes for the store's tests: every byte follows from a seed, so any process can tell what is right. */
import { createCipheriv, createHash, hash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create as createDigest } from 'multiformats/hashes/digest'
import { onTestFinished } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import type { Manifest } from '../../../main/engine/content/manifest.ts'
import { type OpenPartialOptions, openPartial } from '../../../main/engine/store/open-partial.ts'
import type { PartialFiles } from '../../../main/engine/store/partial-files.ts'

export const CHUNK_BYTES = 1024 * 1024

export interface TestShare {
  readonly manifest: Manifest
  bytesOf(chunk: number): Uint8Array
  contentOf(file: number): Buffer
}

/** `files`: path and size, in order. A single file has the path ''. */
export function testShare(files: readonly (readonly [string, number])[], directories: readonly string[] = [], seed = 1): TestShare {
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
  const root = CID.createV1(raw.code, createDigest(0x12, createHash('sha256').update(digests).update(`${seed}`).digest()))
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

/** A folder that is gone when the test is over. */
export function tempFolder(): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'shoal-store-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const nothingOf = (share: TestShare) => new Bitfield(share.manifest.chunkCount)

export function partialOptions(share: TestShare, destination: string, localName = 'name'): OpenPartialOptions {
  return {
    manifest: share.manifest,
    localPaths: share.manifest.files.map((file) => file.path),
    localDirectories: share.manifest.directories,
    partialPath: path.join(destination, `.${localName}.test.shoal-part`),
    localName,
    have: nothingOf(share),
  }
}

/** Opens a partial that is expected to go on. */
export async function openNew(options: OpenPartialOptions): Promise<PartialFiles> {
  const opened = await openPartial(options)
  if (opened.state !== 'open') throw new Error('the partial was already finished')
  onTestFinished(() => opened.files.close())
  return opened.files
}

export async function writeChunks(share: TestShare, files: PartialFiles, chunks: Iterable<number>): Promise<void> {
  await Promise.all(Array.from(chunks, (chunk) => files.write(chunk, share.bytesOf(chunk))))
}

export const allChunks = (share: TestShare) => Array.from({ length: share.manifest.chunkCount }, (_, chunk) => chunk)

export async function readChunk(share: TestShare, files: { read(index: number, into: Uint8Array): Promise<void> }, chunk: number) {
  const into = new Uint8Array(share.manifest.chunkLength(chunk))
  await files.read(chunk, into)
  return into
}

/** Every path below a folder with its content; folders end in '/'. */
export function treeOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const at = path.join(folder, name)
    const stat = fs.lstatSync(at)
    if (stat.isDirectory()) found[`${name}/`] = 'folder'
    else found[name] = stat.isSymbolicLink() ? `-> ${fs.readlinkSync(at)}` : hash('sha256', fs.readFileSync(at))
  }
  return found
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
