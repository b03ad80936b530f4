/** What the store's tests share: folders that go away, partials that are closed, trees to compare. */
import { hash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { type OpenPartialOptions, openPartial } from '../../../main/engine/store/open-partial.ts'
import type { PartialFiles } from '../../../main/engine/store/partial-files.ts'
import type { TestShare } from './made-up.ts'

export { CHUNK_BYTES, randomOf, type TestShare, testShare } from './made-up.ts'

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

export async function readChunk(
  share: TestShare,
  files: { read(index: number, into: Uint8Array): Promise<void> },
  chunk: number,
) {
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
