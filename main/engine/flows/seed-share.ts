/**
 * Seeding: serves a share from the user's own files, in place, and watches that they stay what was hashed.
 *
 * A file that changed, vanished or cannot be read is found by a request or by the regular look at all of them; its chunks
 * are withdrawn at once, the share says which file and why, and the file is looked at again: when it is restored, it is
 * read through once, and served again only when every chunk is right [ST7, ST8].
 */
import { lstat } from 'node:fs/promises'
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { digestMatches } from '../content/verify.ts'
import { StoreError } from '../store/errors.ts'
import { SharedFiles } from '../store/shared-files.ts'
import type { Share } from './share.ts'
import { troubleOf } from './trouble.ts'
import { waitMs } from './wait.ts'

/** Between looks at all files of a share, in ms; a request finds a change sooner. */
const LOOK_EVERY_MS = 60_000
/** Between looks at files that are known to have changed, in ms. */
const LOOK_AT_CHANGED_MS = 2_000

export async function seedShare(share: Share, signal: AbortSignal): Promise<void> {
  const { manifest, context, exchange } = share
  if (manifest === undefined) throw new Error('seedShare before the manifest is known')
  const files = new SharedFiles({ manifest, facts: context.store.files.all(share.key) })
  const have = chunksOnDisk(share, manifest, files)
  share.have = have
  share.isStopped = false
  if (manifest.chunkCount === 1 && share.root.code === 0x55) {
    share.readRawRoot = async () => {
      const bytes = new Uint8Array(manifest.chunkLength(0))
      await files.read(0, bytes)
      return bytes
    }
  }
  exchange.setContent(
    {
      chunkCount: manifest.chunkCount,
      chunkLength: (index) => manifest.chunkLength(index),
      verify: (index, bytes) => digestMatches(bytes, manifest.digests, index),
      read: (index, into) => files.read(index, into),
      write: () => Promise.reject(new Error('a share that is seeded is not written')),
    },
    have,
  )
  exchange.setServing(true)
  context.routing.reprovider.announce(share.root)
  share.enter('seeding')
  try {
    await watchFiles(share, manifest, files, signal)
  } finally {
    share.onReadFailed = undefined
    await files.close()
  }
}

function chunksOnDisk(share: Share, manifest: Manifest, files: SharedFiles): Bitfield {
  if (share.row.origin === 'in-place') return Bitfield.full(manifest.chunkCount)
  const have = new Bitfield(manifest.chunkCount)
  for (const [index, file] of manifest.files.entries()) if (files.has(index)) setFile(have, file, true)
  return have
}

async function watchFiles(share: Share, manifest: Manifest, files: SharedFiles, signal: AbortSignal): Promise<void> {
  const changed = new Map<number, StoreError>()
  const byPath = new Map<string, number>()
  for (const [index, file] of manifest.files.entries()) byPath.set(file.path, index)
  const records = share.context.store.files.all(share.key)
  const tried = new Map<number, string>()
  const wake = { now: () => {} }

  const withdraw = (index: number, error: StoreError) => {
    const file = manifest.files[index]
    if (file === undefined || share.have === undefined) return
    changed.set(index, error)
    setFile(share.have, file, false)
    share.exchange.haveReplaced()
    tell(share, changed)
  }
  share.onReadFailed = (error) => {
    const index = error instanceof StoreError ? byPath.get(error.facts.path) : undefined
    if (error instanceof StoreError && index !== undefined && !changed.has(index)) withdraw(index, error)
    wake.now()
  }

  for (;;) {
    for (const { file, error } of await files.checkAll(signal)) if (!changed.has(file)) withdraw(file, error)
    for (const index of [...changed.keys()]) {
      // A file is read through again only when something has happened to it since the last time.
      const looks = await appearance(records.get(index)?.path)
      if (looks === undefined || looks === tried.get(index)) continue
      tried.set(index, looks)
      const facts = await files.recheck(index, signal).catch(() => undefined)
      const file = manifest.files[index]
      if (facts === undefined || file === undefined || share.have === undefined) continue
      changed.delete(index)
      share.context.store.files.putMany(share.key, [[index, facts]])
      setFile(share.have, file, true)
      share.exchange.haveReplaced()
      tell(share, changed)
    }
    await waitMs(share.context.clock, changed.size > 0 ? LOOK_AT_CHANGED_MS : LOOK_EVERY_MS, signal, (end) => {
      wake.now = end
    })
    signal.throwIfAborted()
  }
}

/** Changes whenever the file does; undefined when it is not there. */
async function appearance(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    const { size, mtimeNs, ctimeNs, ino } = await lstat(path, { bigint: true })
    return `${size} ${mtimeNs} ${ctimeNs} ${ino}`
  } catch {
    return undefined
  }
}

function tell(share: Share, changed: ReadonlyMap<number, StoreError>): void {
  const [first] = changed.values()
  const trouble = troubleOf(first, Date.now())
  if (trouble === undefined) share.setTrouble(undefined)
  else {
    const more = changed.size > 1 ? ` ${changed.size - 1} more files have changed too.` : ''
    share.setTrouble({ ...trouble, message: trouble.message + more })
  }
}

function setFile(have: Bitfield, file: { firstChunk: number; chunkCount: number }, held: boolean): void {
  for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) {
    if (held) have.set(chunk)
    else have.clear(chunk)
  }
}
