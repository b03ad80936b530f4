/**
 * Watches that the files a share is served from stay what was hashed.
 *
 * A file that changed, vanished or cannot be read is found by a request or by the regular look at all of them; its chunks
 * are withdrawn at once, the share says which file and why, and the file is looked at again: when it is restored, it is
 * read through once, and served again only when every chunk is right [ST7, ST8].
 */
import { lstat } from 'node:fs/promises'
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { StoreError } from '../store/errors.ts'
import type { FileFacts } from '../store/facts.ts'
import type { SharedFiles } from '../store/shared-files.ts'
import type { Share } from './share.ts'
import { troubleOf } from './trouble.ts'
import { waitMs } from './wait.ts'

/** Between looks at all files of a share, in ms; a request finds a change sooner. */
const LOOK_EVERY_MS = 60_000
/** A look may take this part of the time at most: a million files are looked at more rarely. */
const LOOK_SHARE = 1 / 500
/** Between looks at files that are known to have changed, in ms. */
const LOOK_AT_CHANGED_MS = 2_000
/** Files looked at in that time; the rest waits its turn. */
const MAX_LOOKS_AT_CHANGED = 1_000

/** Ends with the signal. */
export async function watchFiles(
  share: Share,
  manifest: Manifest,
  files: SharedFiles,
  facts: ReadonlyMap<number, FileFacts>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, store } = share.context
  const changed = new Map<number, StoreError>()
  /** How a changed file looked when it was last read through in vain. */
  const tried = new Map<number, string>()
  let wake = () => {}
  let nextLookMs = 0
  let turn = 0

  const withdraw = (index: number, error: StoreError) => {
    const file = manifest.files[index]
    if (file === undefined || share.have === undefined) return
    changed.set(index, error)
    setFile(share.have, file, false)
    share.exchange.haveReplaced()
  }
  const restore = async (index: number) => {
    // A file is read through again only when something has happened to it since the last time.
    const looks = await appearance(facts.get(index)?.path)
    if (looks === undefined || looks === tried.get(index)) return
    tried.set(index, looks)
    try {
      const fresh = await files.recheck(index, signal)
      store.files.putMany(share.key, [[index, fresh]])
    } catch (error) {
      signal.throwIfAborted()
      // Gone before, something else in its place now.
      if (error instanceof StoreError) changed.set(index, error)
      return
    }
    signal.throwIfAborted()
    const file = manifest.files[index]
    if (file === undefined || share.have === undefined) return
    changed.delete(index)
    tried.delete(index)
    setFile(share.have, file, true)
    share.exchange.haveReplaced()
  }
  const lookAtAll = async () => {
    for (const { file, error } of await files.checkAll(signal)) if (!changed.has(file)) withdraw(file, error)
    tell(share, changed)
  }
  /** The next ones in turn. */
  const lookAtChanged = async () => {
    const all = [...changed.keys()]
    const from = all.length <= MAX_LOOKS_AT_CHANGED ? 0 : turn % all.length
    for (const index of all.slice(from, from + MAX_LOOKS_AT_CHANGED)) await restore(index)
    turn = from + MAX_LOOKS_AT_CHANGED
    tell(share, changed)
  }
  share.onReadFailed = (error) => {
    if (!(error instanceof StoreError)) return
    const index = manifest.files.findIndex(({ path }) => path === error.facts.path)
    if (index < 0 || changed.has(index)) return
    withdraw(index, error)
    tell(share, changed)
    wake()
  }
  share.onFilesTouched = () => {
    nextLookMs = 0
    wake()
  }

  try {
    for (;;) {
      const startedAtMs = clock.now()
      if (startedAtMs >= nextLookMs) {
        nextLookMs = Number.POSITIVE_INFINITY
        await lookAtAll()
        const tookMs = clock.now() - startedAtMs
        nextLookMs = Math.min(nextLookMs, startedAtMs + Math.max(LOOK_EVERY_MS, tookMs / LOOK_SHARE))
      }
      await lookAtChanged()
      const pauseMs = Math.max(nextLookMs - clock.now(), 0)
      await waitMs(clock, changed.size > 0 ? Math.min(pauseMs, LOOK_AT_CHANGED_MS) : pauseMs, signal, (end) => {
        wake = end
      })
      signal.throwIfAborted()
    }
  } finally {
    share.onReadFailed = undefined
    share.onFilesTouched = undefined
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
    const others = changed.size - 1
    const more =
      others === 0 ? '' : others === 1 ? ' Another file has changed too.' : ` ${others} others have changed too.`
    share.setTrouble({ ...trouble, message: trouble.message + more, facts: { ...trouble.facts, others } })
  }
}

export function setFile(have: Bitfield, file: { firstChunk: number; chunkCount: number }, held: boolean): void {
  for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) {
    if (held) have.set(chunk)
    else have.clear(chunk)
  }
}
