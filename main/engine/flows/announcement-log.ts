/**
 * Which changes of an announcement are worth a line in the event log: the first success on a route, a success after a
 * failure, the first of several failures. The rest is routine and stands in the share's summary.
 */
import type { Announcement } from '../../../shared/contract/model.ts'
import { announced, announceFailed, type Line } from './log-lines.ts'

export class AnnouncementLog {
  /** Root and route -> what was said last; two for each share. */
  private readonly said = new Map<string, 'announced' | 'failed'>()

  news(root: string, announcements: readonly Announcement[]): Line[] {
    const lines: Line[] = []
    for (const { route, state, peers } of announcements) {
      if (state !== 'announced' && state !== 'failed') continue
      const key = `${root} ${route}`
      if (this.said.get(key) === state) continue
      this.said.set(key, state)
      lines.push(state === 'announced' ? announced({ route, peers }) : announceFailed(route))
    }
    return lines
  }

  /** The share is paused or gone: whatever comes next is news. */
  forget(root: string): void {
    for (const route of ['lan-dht', 'internet-dht'] as const) this.said.delete(`${root} ${route}`)
  }
}
