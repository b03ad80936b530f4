/** The life of a share, as prose: know what it is, fetch what is wanted of it, then give it to others. */
import { fetchShare } from './fetch-share.ts'
import { findSources } from './find-sources.ts'
import { resolveManifest } from './resolve-manifest.ts'
import { seedShare } from './seed-share.ts'
import { settleSelection } from './selection.ts'
import type { Share } from './share.ts'

/** Ends when `signal` aborts, or when the content itself is refused: the share is then `failed`. */
export async function live(share: Share, signal: AbortSignal): Promise<void> {
  const needsOthers = share.row.origin === 'fetched' && !share.row.complete
  const enough = new AbortController()
  const finding = needsOthers ? findSources(share, AbortSignal.any([signal, enough.signal])) : undefined
  try {
    if (!(await resolveManifest(share, signal))) return
    if (needsOthers) {
      if (share.manifest !== undefined) settleSelection(share, share.manifest)
      if (share.row.destination === undefined) share.enter('ready')
      await share.started(signal)
      await fetchShare(share, signal)
      enough.abort()
    }
    await seedShare(share, signal)
  } finally {
    enough.abort()
    await finding
  }
}
