/**
 * What a partial found on disk still holds, after a crash or after somebody was at it [ST14].
 *
 * Looks and reports; bits are cleared by the caller. It judges by names, sizes and inodes, without hashing: a partial's
 * bytes were durable before they were claimed, so whatever is long enough is right unless somebody edited it.
 */
import fs from 'node:fs'
import path from 'node:path'
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import type { ClaimedEntry, FinishClaim, FinishedShare } from './chunk-files.ts'
import { type FileFacts, factsOf } from './facts.ts'
import type { PartialLayout, PartialTree } from './partial-tree.ts'
import type { SmallWork } from './small-work.ts'

/** Claimed chunks of unfinished files that are not there: file missing, replaced by something else, or too short. */
export async function lostChunks(
  tree: PartialTree,
  have: Bitfield,
  finished: ReadonlyMap<number, FileFacts>,
  work: SmallWork,
): Promise<number[]> {
  const { manifest } = tree.layout
  const lost: number[] = []
  await work.each(manifest.files.entries(), ([file, { firstChunk, chunkCount }]) => {
    if (finished.has(file)) return
    let sizeBytes: number | undefined
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
      if (!have.has(chunk)) continue
      sizeBytes ??= tree.sizeOf(file) ?? 0
      if (manifest.chunkOffset(chunk) + manifest.chunkLength(chunk) > sizeBytes) lost.push(chunk)
    }
  })
  return lost
}

/**
 * The share as an interrupted finish left it: undefined when the naming did not happen. A claim is made after its files were
 * found whole and were flushed, so it is believed over an older bitfield. Facts count as racy, so that each chunk is
 * hashed before it is served: nobody watched the files since the crash.
 */
export async function recoverWhole(
  layout: PartialLayout,
  claim: FinishClaim,
  work: SmallWork,
): Promise<FinishedShare | undefined> {
  const [entry] = claim.entries
  if (claim.kind !== 'whole' || entry === undefined || !isEntry(entry)) return undefined
  const left = fs.lstatSync(layout.partialPath, { bigint: true, throwIfNoEntry: false })
  // A file was linked to its new name but not yet unlinked from the old one.
  if (left?.isFile() === true && `${left.ino}` === entry.ino) fs.unlinkSync(layout.partialPath)
  const files = new Map<number, FileFacts>()
  await work.each(claim.files ?? layout.manifest.files.keys(), (file) => {
    const facts = factsIfWhole(layout, file, finalPathOf(layout, claim.path, file))
    if (facts !== undefined) files.set(file, facts)
  })
  return { path: claim.path, files, dropped: [] }
}

/** The files that an interrupted adding had already put in their final place. */
export function recoverAdded(tree: PartialTree, claim: FinishClaim): Map<number, FileFacts> {
  const files = new Map<number, FileFacts>()
  if (claim.kind !== 'added') return files
  for (const entry of claim.entries) {
    if (entry.file === undefined || !isEntry(entry)) continue
    const facts = factsIfWhole(tree.layout, entry.file, entry.path)
    if (facts === undefined) continue
    files.set(entry.file, facts)
    const left = fs.lstatSync(tree.pathOf(entry.file), { bigint: true, throwIfNoEntry: false })
    if (left !== undefined && `${left.ino}` === entry.ino) tree.remove(entry.file)
  }
  return files
}

/** Sets the bits of all chunks of these files. */
export function addChunksOf(manifest: Manifest, files: Iterable<number>, have: Bitfield): void {
  for (const file of files) {
    const { firstChunk, chunkCount } = manifest.files[file] ?? { firstChunk: 0, chunkCount: 0 }
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) have.set(chunk)
  }
}

export function finalPathOf(layout: PartialLayout, finalPath: string, file: number): string {
  return layout.manifest.type === 'file' ? finalPath : path.join(finalPath, layout.localPaths[file] ?? '')
}

export function entryOf(from: string, to: string, file?: number): ClaimedEntry {
  const stat = fs.lstatSync(from, { bigint: true })
  return { path: to, dev: `${stat.dev}`, ino: `${stat.ino}`, ...(file === undefined ? {} : { file }) }
}

function isEntry({ path: at, dev, ino }: ClaimedEntry): boolean {
  const stat = fs.lstatSync(at, { bigint: true, throwIfNoEntry: false })
  return stat !== undefined && `${stat.ino}` === ino && `${stat.dev}` === dev
}

const NOBODY_WATCHED_MS = 0

function factsIfWhole(layout: PartialLayout, file: number, at: string): FileFacts | undefined {
  const wanted = layout.manifest.files[file]
  if (wanted === undefined) return undefined
  const stat = fs.lstatSync(at, { bigint: true, throwIfNoEntry: false })
  if (stat?.isFile() !== true || Number(stat.size) !== wanted.sizeBytes) return undefined
  return factsOf(at, stat, NOBODY_WATCHED_MS)
}
