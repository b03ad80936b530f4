/** When each share was last announced on which route, so that a restart does not announce everything at once. */
import type { StatementSync } from 'node:sqlite'
import type { StoreDatabase } from './database.ts'
import { integer, text } from './rows.ts'

export interface AnnouncementRow {
  readonly root: string
  readonly route: string
  readonly lastAt: number
  /** Peers that accepted the record. */
  readonly peers: number
}

export class Announcements {
  readonly #database: StoreDatabase
  readonly #put: StatementSync
  readonly #list: StatementSync

  constructor(database: StoreDatabase) {
    this.#database = database
    this.#put = database.sql.prepare(
      `INSERT INTO announcements (share, route, last_at, peers) SELECT id, ?, ?, ? FROM shares WHERE root = ?
       ON CONFLICT (share, route) DO UPDATE SET last_at = excluded.last_at, peers = excluded.peers`,
    )
    this.#list = database.sql.prepare(
      'SELECT s.root, a.route, a.last_at, a.peers FROM announcements a JOIN shares s ON s.id = a.share ORDER BY s.root, a.route',
    )
  }

  /** Does nothing when the share was removed meanwhile. */
  put({ root, route, lastAt, peers }: AnnouncementRow): void {
    this.#database.transaction(() => this.#put.run(route, lastAt, peers, root))
  }

  list(): AnnouncementRow[] {
    return this.#list.all().map((row) => ({
      root: text(row, 'root'),
      route: text(row, 'route'),
      lastAt: integer(row, 'last_at'),
      peers: integer(row, 'peers'),
    }))
  }
}
