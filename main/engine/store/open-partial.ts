/**
 * Opens a partial, new or found, and says what became of it since the bitfield was saved [ST14].
 *
 * Three outcomes: it goes on (with the chunks that can no longer be counted on), it was already finished when the
 * process died, or it throws because the destination is not there. A partial that is missing while its
 * destination is on another device than before means an unmounted drive, not a deleted download: nothing is forgotten.
 */
import fs from 'node:fs'
import path from 'node:path'
import { Bitfield } from '../content/bitfield.ts'
import type { FinishClaim, FinishedShare } from './chunk-files.ts'
import { destinationError, StoreError } from './errors.ts'
import { PartialFiles, type PartialTools } from './partial-files.ts'
import { addChunksOf, lostChunks, recoverAdded, recoverWhole } from './partial-recovery.ts'
import { type PartialLayout, PartialTree } from './partial-tree.ts'
import { smallWork } from './small-work.ts'

export interface OpenPartialOptions extends PartialLayout {
  readonly localName: string
  /** The saved bitfield; empty for a new download. */
  readonly have: Bitfield
  /** What an earlier finish gave (only some files were selected then). */
  readonly finished?: FinishedShare
  /** The last thing told to onClaim, until the finish was recorded. */
  readonly claim?: FinishClaim
  /** `destinationDev` of the time when the partial was made. */
  readonly destinationDev?: string
  readonly tools?: PartialTools
}

export type OpenedPartial =
  | {
      readonly state: 'open'
      readonly files: PartialFiles
      /** What is on disk, durable; to be saved when it differs from what was given. */
      readonly have: Bitfield
      /** Claimed chunks that are not on disk any more: fetch them again. */
      readonly lost: readonly number[]
      /** To be recorded now: an interrupted finish had added these files. */
      readonly recovered: FinishedShare | undefined
      /** To be recorded with the partial's path. */
      readonly destinationDev: string
    }
  /** The crash came after the naming: record it as finished. */
  | { readonly state: 'finished'; readonly share: FinishedShare; readonly have: Bitfield }

export async function openPartial(options: OpenPartialOptions): Promise<OpenedPartial> {
  const destination = path.dirname(options.partialPath)
  const { claim, localName, tools } = options
  const work = tools?.work ?? smallWork
  try {
    if (claim !== undefined && options.finished === undefined) {
      const share = await recoverWhole(options, claim, work)
      if (share !== undefined) {
        const have = new Bitfield(options.manifest.chunkCount)
        addChunksOf(options.manifest, share.files.keys(), have)
        return { state: 'finished', share, have }
      }
    }
    const destinationDev = deviceOf(destination)
    const tree = new PartialTree(options)
    if (options.destinationDev !== undefined && destinationDev !== options.destinationDev) {
      if (fs.lstatSync(options.partialPath, { throwIfNoEntry: false }) === undefined)
        throw unmounted(options.partialPath)
    }
    tree.prepare()
    const added = claim === undefined ? new Map<number, never>() : recoverAdded(tree, claim)
    const finished = withAdded(options.finished, added)
    const lost = await lostChunks(tree, options.have, finished?.files ?? new Map(), work)
    const have = options.have.clone()
    for (const chunk of lost) have.clear(chunk)
    addChunksOf(options.manifest, added.keys(), have)
    const files = new PartialFiles({ tree, destination, localName, have, finished, claim }, tools)
    const recovered = added.size > 0 ? finished : undefined
    return { state: 'open', files, have: have.clone(), lost, recovered, destinationDev }
  } catch (error) {
    throw destinationError(error, destination)
  }
}

function withAdded(finished: FinishedShare | undefined, added: FinishedShare['files']): FinishedShare | undefined {
  if (finished === undefined || added.size === 0) return finished
  return { ...finished, files: new Map([...finished.files, ...added]) }
}

function deviceOf(destination: string): string {
  const stat = fs.statSync(destination, { bigint: true })
  if (stat.isDirectory()) return `${stat.dev}`
  const message = `${destination} is not a folder. Choose another destination.`
  throw new StoreError('destination-missing', message, { path: destination, system: 'ENOTDIR', cause: 'not-a-folder' })
}

function unmounted(partialPath: string): StoreError {
  const message = `The unfinished download ${partialPath} is not there, and the drive is another one than before. Connect the drive again.`
  return new StoreError('destination-missing', message, { path: partialPath, cause: 'unfinished-elsewhere' })
}
