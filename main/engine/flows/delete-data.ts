/**
 * Deleting what a fetched share has on disk: the partial always (nobody can use it), the finished files only when asked.
 * Of a finished folder only the files that we wrote, and that are still what we wrote, are deleted, then folders that are
 * empty: whatever the user put there or changed stays.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { Bitfield } from '../content/bitfield.ts'
import { localDirectories, localPaths, prepareLocalPaths } from '../content/local-paths.ts'
import type { Manifest } from '../content/manifest.ts'
import { shareName } from '../content/safe-name.ts'
import { difference } from '../store/facts.ts'
import { openPartial } from '../store/open-partial.ts'
import type { EngineContext } from './context.ts'
import { recallManifest } from './recall.ts'
import type { Share } from './share.ts'

/** Throws a ShoalError when a file cannot be deleted; what could be deleted is gone then. */
export async function deleteData(share: Share, withFinished: boolean, context: EngineContext): Promise<void> {
  const manifest = await recallManifest(share)
  if (manifest !== undefined) {
    await prepareLocalPaths(manifest)
    await deletePartial(share, manifest)
  }
  if (!withFinished || share.row.path === undefined) return
  const folders = new Set<string>()
  let failure: { path: string; error: unknown } | undefined
  for (const facts of context.store.files.all(share.key).values()) {
    const stat = await fs.lstat(facts.path, { bigint: true }).catch(() => undefined)
    if (stat === undefined || difference(facts, stat) !== undefined) continue
    try {
      await fs.unlink(facts.path)
    } catch (error) {
      failure ??= { path: facts.path, error }
    }
    for (let folder = path.dirname(facts.path); isInside(share.row.path, folder); folder = path.dirname(folder))
      folders.add(folder)
  }
  for (const relative of manifest === undefined ? [] : localDirectories(manifest))
    folders.add(path.join(share.row.path, relative))
  if (manifest?.type === 'directory') folders.add(share.row.path)
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length)
  // A folder with anything left in it stays.
  for (const folder of deepestFirst) await fs.rmdir(folder).catch(() => {})
  if (failure === undefined) return
  const message = `${failure.path} could not be deleted. Check its permissions, or remove the share without its data.`
  throw new ShoalError('IO', message, { path: failure.path }, { cause: failure.error })
}

async function deletePartial(share: Share, manifest: Manifest): Promise<void> {
  const { row } = share
  if (row.partialPath === undefined) return
  try {
    const opened = await openPartial({
      manifest,
      localPaths: localPaths(manifest),
      localDirectories: localDirectories(manifest),
      localName: shareName(row.name, share.root),
      partialPath: row.partialPath,
      have: new Bitfield(manifest.chunkCount),
    })
    if (opened.state !== 'open') return
    await opened.files.discard()
    await opened.files.close()
  } catch (error) {
    share.context.logger.warn({ root: share.key, reason: String(error) }, 'a partial could not be deleted')
  }
}

function isInside(folder: string, candidate: string): boolean {
  const relative = path.relative(folder, candidate)
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)
}
