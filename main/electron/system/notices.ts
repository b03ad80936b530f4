/**
 * What is worth a system notification: a download is complete, something went wrong that needs the person, somebody began
 * to fetch what is shared here. Pure: two states in, notices out. While the person looks at the window nothing is, and what
 * was so when the app started is no news. Names came from others: they are made visible and cut.
 * Rule [EL24].
 */
import type { ShareSummary, TroubleCode } from '../../../shared/contract/model.ts'
import type { ReplicaState } from '../../../shared/contract/replica.ts'
import { truncate, visible } from '../../../shared/format/visible.ts'

export interface Notice {
  readonly kind: 'done' | 'trouble' | 'asked'
  readonly root: string
  /** Of the share. */
  readonly name: string
  readonly peerName?: string
}

/** The rest mends itself when somebody comes back, or a retry succeeds. */
const NEEDS_A_PERSON: ReadonlySet<TroubleCode> = new Set([
  'disk-full',
  'destination-missing',
  'destination-read-only',
  'destination-io',
  'source-changed',
  'source-missing',
  'source-unreadable',
  'invalid-manifest',
  'name-taken',
])
/** Columns of a name in a notification. */
const NAME_COLUMNS = 60
/** Notices of one step: a hundred downloads that fail at once are told once each by the window, not by the system. */
export const MAX_NOTICES = 3

/** Shares whose first taker is remembered; of more, nobody's is told. */
const MAX_ASKED = 10_000

export class NoticeBoard {
  /** Shares whose first taker was told, in this run; at most MAX_ASKED. */
  readonly #asked = new Set<string>()
  #before: ReplicaState | undefined

  update(after: ReplicaState | undefined, looking: boolean): Notice[] {
    const before = this.#before
    this.#before = after
    if (before === undefined || after === undefined) return []
    const notices: Notice[] = []
    for (const share of after.shares.values()) {
      const kind = newsOf(before.shares.get(share.root), share)
      if (kind !== undefined) notices.push({ kind, root: share.root, name: shown(share.name) })
    }
    notices.push(...this.#firstTakers(after))
    if (looking) return []
    return notices.filter(({ kind }) => isOn(after, kind)).slice(0, MAX_NOTICES)
  }

  *#firstTakers(after: ReplicaState): Generator<Notice> {
    for (const [root, rows] of after.swarm) {
      const share = after.shares.get(root)
      if (share?.origin !== 'in-place' || this.#asked.has(root) || this.#asked.size >= MAX_ASKED) continue
      const taker = [...rows.values()].find((row) => row.sentBytes > 0 && row.liveness !== 'gone')
      if (taker === undefined) continue
      this.#asked.add(root)
      const peerName = after.peers.get(taker.peer)?.nickname ?? taker.name
      yield {
        kind: 'asked',
        root,
        name: shown(share.name),
        ...(peerName === undefined ? {} : { peerName: shown(peerName) }),
      }
    }
  }
}

function newsOf(before: ShareSummary | undefined, after: ShareSummary): 'done' | 'trouble' | undefined {
  if (before === undefined) return undefined
  const wasLoading = before.state === 'downloading' || before.state === 'finishing'
  if (wasLoading && after.state === 'seeding' && after.origin === 'fetched') return 'done'
  if (before.state !== 'failed' && after.state === 'failed') return 'trouble'
  const code = after.trouble?.code
  if (code !== undefined && code !== before.trouble?.code && NEEDS_A_PERSON.has(code)) return 'trouble'
  return undefined
}

function isOn({ settings }: ReplicaState, kind: Notice['kind']): boolean {
  return kind === 'trouble' ? settings.settings.ui.notifyTrouble : settings.settings.ui.notifyDone
}

function shown(name: string): string {
  return truncate(visible(name), NAME_COLUMNS, 8)
}
