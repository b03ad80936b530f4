/**
 * Peers met before, to be dialled again without anyone asking, and the block list. Strangers decide what stands in these rows
 * and how many there are, so every field and both counts have a limit; a block outlives the memory of the peer's age.
 */
import type { StatementSync } from 'node:sqlite'
import type { StoreDatabase } from './database.ts'
import { integer, optional, type Row, stringList, text } from './rows.ts'

export interface RememberedPeer {
  readonly peer: string
  /** Multiaddrs, best first. */
  readonly addresses: readonly string[]
  readonly name?: string
  /** What the user calls it. */
  readonly nickname?: string
  readonly client?: string
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** Dials that failed since it was last seen. */
  readonly failures: number
  readonly blocked?: { readonly reason: string; readonly at: number }
  /** False: blocked or named by the user, and never seen to be a Shoal peer. */
  readonly shoal?: false
}

const MAX_PEERS = 2_000
const MAX_BLOCKED = 10_000
/** Peers that the user gave a name: they are remembered however long ago they were seen. */
const MAX_NICKNAMED = 10_000
const MAX_ADDRESSES = 16
const MAX_ADDRESS_CHARS = 512
const MAX_TEXT_CHARS = 128

export class Peers {
  readonly #database: StoreDatabase
  readonly #put: StatementSync
  readonly #get: StatementSync
  readonly #trim: StatementSync
  readonly #trimBlocked: StatementSync
  readonly #trimNicknamed: StatementSync
  readonly #list: StatementSync
  readonly #delete: StatementSync

  constructor(database: StoreDatabase) {
    const { sql } = database
    this.#database = database
    this.#put = sql.prepare('INSERT OR REPLACE INTO peers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#get = sql.prepare('SELECT * FROM peers WHERE peer = ?')
    this.#trim = trimmer(database, 'blocked_at IS NULL AND nickname IS NULL', 'last_seen_at', MAX_PEERS)
    this.#trimBlocked = trimmer(database, 'blocked_at IS NOT NULL', 'blocked_at', MAX_BLOCKED)
    this.#trimNicknamed = trimmer(
      database,
      'blocked_at IS NULL AND nickname IS NOT NULL',
      'last_seen_at',
      MAX_NICKNAMED,
    )
    this.#list = sql.prepare('SELECT * FROM peers ORDER BY last_seen_at DESC')
    this.#delete = sql.prepare('DELETE FROM peers WHERE peer = ?')
  }

  /** Adds or replaces. A change of the block or of the nickname is durable. */
  put(peer: RememberedPeer): void {
    const before = this.get(peer.peer)
    const job = () => {
      this.#put.run(
        peer.peer,
        JSON.stringify(peer.addresses.filter((address) => address.length <= MAX_ADDRESS_CHARS).slice(0, MAX_ADDRESSES)),
        peer.name?.slice(0, MAX_TEXT_CHARS) ?? null,
        peer.client?.slice(0, MAX_TEXT_CHARS) ?? null,
        peer.firstSeenAt,
        peer.lastSeenAt,
        peer.failures,
        peer.blocked?.reason.slice(0, MAX_TEXT_CHARS) ?? null,
        peer.blocked?.at ?? null,
        peer.nickname?.slice(0, MAX_TEXT_CHARS) ?? null,
        peer.shoal === false ? 0 : 1,
      )
      if (before !== undefined && kindOf(before) === kindOf(peer)) return
      this.#trim.run()
      this.#trimBlocked.run()
      this.#trimNicknamed.run()
    }
    if (before?.blocked?.at === peer.blocked?.at && before?.nickname === peer.nickname) this.#database.transaction(job)
    else this.#database.durable(job)
  }

  get(peer: string): RememberedPeer | undefined {
    const row = this.#get.get(peer)
    return row && peerOf(row)
  }

  /** Newest first. */
  list(): RememberedPeer[] {
    return this.#list.all().map(peerOf)
  }

  delete(peer: string): void {
    this.#database.durable(() => this.#delete.run(peer))
  }
}

/** Which limit counts it. */
function kindOf({ blocked, nickname }: RememberedPeer): string {
  return blocked !== undefined ? 'blocked' : nickname !== undefined ? 'nicknamed' : 'met'
}

/** Deletes the oldest beyond the limit. */
function trimmer({ sql }: StoreDatabase, kind: string, age: string, limit: number): StatementSync {
  return sql.prepare(
    `DELETE FROM peers WHERE peer IN (SELECT peer FROM peers WHERE ${kind} ORDER BY ${age} DESC, peer LIMIT -1 OFFSET ${limit})`,
  )
}

function peerOf(row: Row): RememberedPeer {
  return {
    peer: text(row, 'peer'),
    addresses: stringList(row, 'addresses'),
    ...optional(row, 'name', 'name', text),
    ...optional(row, 'nickname', 'nickname', text),
    ...optional(row, 'client', 'client', text),
    firstSeenAt: integer(row, 'first_seen_at'),
    lastSeenAt: integer(row, 'last_seen_at'),
    failures: integer(row, 'failures'),
    ...optional(row, 'blocked_at', 'blocked', (r, at) => ({ reason: text(r, 'blocked_reason'), at: integer(r, at) })),
    ...(integer(row, 'shoal') === 0 ? { shoal: false as const } : {}),
  }
}
