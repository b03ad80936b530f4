/**
 * DAG nodes, by CID, shared between shares: a node goes when its last owner goes. An owner is a root, or `job:<id>` of an
 * import whose root is not known yet; `adopt` hands its nodes over. Jobs' nodes that a dead process left are
 * swept when the store opens.
 *
 * Nodes come verified and are not verified again here; `readManifest` does that for whatever a source delivers.
 */
import type { StatementSync } from 'node:sqlite'
import type { CID } from 'multiformats/cid'
import type { StoreDatabase } from './database.ts'
import { blob, integer } from './rows.ts'

export interface DagNode {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** Shape of content's NodeSource. */
export type NodeReader = (cids: readonly CID[], signal?: AbortSignal) => AsyncIterable<DagNode>

const JOB_PREFIX = 'job:'

export class Nodes {
  readonly #database: StoreDatabase
  readonly #insert: StatementSync
  readonly #idOf: StatementSync
  readonly #own: StatementSync
  readonly #get: StatementSync
  readonly #getOwned: StatementSync
  readonly #orphan: StatementSync
  readonly #disown: StatementSync

  constructor(database: StoreDatabase) {
    const { sql } = database
    this.#database = database
    this.#insert = sql.prepare('INSERT INTO nodes (cid, bytes) VALUES (?, ?) ON CONFLICT (cid) DO NOTHING')
    this.#idOf = sql.prepare('SELECT id FROM nodes WHERE cid = ?')
    this.#own = sql.prepare('INSERT INTO node_owners (owner, node) VALUES (?, ?) ON CONFLICT DO NOTHING')
    this.#get = sql.prepare('SELECT bytes FROM nodes WHERE cid = ?')
    this.#getOwned = sql.prepare(
      'SELECT bytes FROM nodes JOIN node_owners ON node_owners.node = nodes.id WHERE cid = ? AND owner = ?',
    )
    this.#disown = sql.prepare('DELETE FROM node_owners WHERE owner = ?')
    this.#orphan = sql.prepare(
      'DELETE FROM nodes WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM node_owners WHERE node = nodes.id)',
    )
  }

  /** One transaction, whatever their number; the caller slices what would take too long for one turn (1,000 take about 10 ms). */
  putMany(owner: string, nodes: Iterable<DagNode>): void {
    this.#database.transaction(() => {
      for (const { cid, bytes } of nodes) {
        const inserted = this.#insert.run(cid.bytes, bytes)
        const id =
          Number(inserted.changes) > 0 ? inserted.lastInsertRowid : integer(this.#idOf.get(cid.bytes) ?? {}, 'id')
        this.#own.run(owner, id)
      }
    })
  }

  get(cid: CID): Uint8Array | undefined {
    const row = this.#get.get(cid.bytes)
    return row === undefined ? undefined : blob(row, 'bytes')
  }

  /** By binary CID, as peers ask: only what belongs to the share that they were let into. */
  getOwned(owner: string, cid: Uint8Array): Uint8Array | undefined {
    const row = this.#getOwned.get(cid, owner)
    return row === undefined ? undefined : blob(row, 'bytes')
  }

  /** Yields those it has, in the order asked; what it lacks is left out. */
  readonly source: NodeReader = (cids, signal) => this.#read(cids, signal)

  adopt(from: string, to: string): void {
    this.#database.transaction(() => {
      this.#database.sql
        .prepare(
          'INSERT INTO node_owners (owner, node) SELECT ?, node FROM node_owners WHERE owner = ? ON CONFLICT DO NOTHING',
        )
        .run(to, from)
      this.#disown.run(from)
    })
  }

  /** Deletes the owner's nodes that nobody else has. */
  release(owner: string): void {
    this.#database.transaction(() => {
      const owned = this.#database.sql
        .prepare('SELECT json_group_array(node) AS nodes FROM node_owners WHERE owner = ?')
        .get(owner)
      this.#disown.run(owner)
      this.#orphan.run(String(owned?.nodes ?? '[]'))
    })
  }

  /** Of jobs that did not end: their process is gone. */
  sweepJobs(): void {
    const left = this.#database.sql
      .prepare('SELECT DISTINCT owner FROM node_owners WHERE owner >= ? AND owner < ?')
      .all(JOB_PREFIX, 'job;')
    for (const row of left) this.release(String(row.owner))
  }

  static jobOwner(job: string): string {
    return JOB_PREFIX + job
  }

  async *#read(cids: readonly CID[], signal?: AbortSignal): AsyncGenerator<DagNode> {
    for (const cid of cids) {
      signal?.throwIfAborted()
      const bytes = this.get(cid)
      if (bytes !== undefined) yield { cid, bytes }
    }
  }
}
