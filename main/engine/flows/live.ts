/** The life of a share, as prose: know what it is, fetch what is wanted of it, then give it to others. */
import { fetchShare } from './fetch-share.ts'
import { findSources } from './find-sources.ts'
import { resolveManifest } from './resolve-manifest.ts'
import { seedShare } from './seed-share.ts'
import type { Share } from './share.ts'

export async function live(share: Share, signal: AbortSignal): Promise<void> {
  const needsOthers = share.row.origin === 'fetched' && !share.row.complete
  if (needsOthers) void findSources(share, signal)
  share.enter('resolving')
  if (!(await resolveManifest(share, signal))) return
  if (needsOthers) {
    if (share.row.destination === undefined) share.enter('ready')
    await share.started(signal)
    await fetchShare(share, signal)
  }
  await seedShare(share, signal)
}
