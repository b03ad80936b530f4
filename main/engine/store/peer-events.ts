/**
 * When peers came, went and were blocked. Strangers decide how often they come, so a peer has MAX_PEER_EVENTS events and all
 * together have MAX_EVENTS; the oldest go first. What an event means is flows/peer-history.ts.
 */
import type { StatementSync } from 'node:sqlite'
import { MAX_PEER_EVENTS, PeerEvent } from '../../../shared/contract/network-view.ts'
import type { StoreDatabase } from './database.ts'
import { integer, text } from './rows.ts'

/** About 100 bytes each. */
const MAX_EVENTS = 50_000

export class PeerEvents {
  readonly #database: StoreDatabase
  readonly #add: StatementSync
  readonly #trimPeer: StatementSync
  readonly #trimAll: StatementSync
  readonly #list: StatementSync
  readonly #last: StatementSync

  constructor(database: StoreDatabase) {
    const { sql } = database
    this.#database = database
    this.#add = sql.prepare('INSERT INTO peer_events (peer, at, kind) VALUES (?, ?, ?)')
    this.#trimPeer = sql.prepare(
      `DELETE FROM peer_events WHERE peer = ?1 AND id <=
        (SELECT id FROM peer_events WHERE peer = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${MAX_PEER_EVENTS})`,
    )
    this.#trimAll = sql.prepare('DELETE FROM peer_events WHERE id <= ?')
    this.#list = sql.prepare('SELECT at, kind FROM peer_events WHERE peer = ? ORDER BY id')
    this.#last = sql.prepare('SELECT kind FROM peer_events WHERE peer = ? ORDER BY id DESC LIMIT 1')
  }

  add(peer: string, { at, kind }: PeerEvent): void {
    this.#database.transaction(() => {
      const { lastInsertRowid } = this.#add.run(peer, Math.round(at), kind)
      this.#trimPeer.run(peer)
      // Numbers ascend by one, so no more than these are newer; what single peers lost makes it fewer.
      this.#trimAll.run(Number(lastInsertRowid) - MAX_EVENTS)
    })
  }

  /** Oldest first. */
  list(peer: string): PeerEvent[] {
    return this.#list.all(peer).flatMap((row) => {
      // A later version may know more kinds.
      const parsed = PeerEvent.safeParse({ at: integer(row, 'at'), kind: text(row, 'kind') })
      return parsed.success ? [parsed.data] : []
    })
  }

  last(peer: string): string | undefined {
    const row = this.#last.get(peer)
    return row && text(row, 'kind')
  }
}
