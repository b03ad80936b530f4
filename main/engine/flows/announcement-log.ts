/**
 * Which changes of an announcement are worth a line in the event log: the first success on a route, a success after a
 * failure, the first of several failures. The rest is routine and stands in the share's summary.
 */
import type { Announcement, LogEntry } from '../../../shared/contract/model.ts'

type Line = Pick<LogEntry, 'kind' | 'text'>

const DHT: Record<Announcement['route'], string> = { 'lan-dht': 'the LAN', 'internet-dht': 'the internet' }

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
      const many = peers === 1 ? 'one peer' : `${peers} peers`
      if (state === 'announced') lines.push({ kind: 'announced', text: `Announced on ${DHT[route]} to ${many}.` })
      else {
        const text = `No peer on ${DHT[route]} took the announcement. It is tried again.`
        lines.push({ kind: 'announce-failed', text })
      }
    }
    return lines
  }

  /** The share is paused or gone: whatever comes next is news. */
  forget(root: string): void {
    for (const route of ['lan-dht', 'internet-dht'] as const) this.said.delete(`${root} ${route}`)
  }
}
