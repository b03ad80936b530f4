/**
 * The shares of a profile: what was asked for and what became of it. What a share holds is in bitfields.ts, what its files
 * looked like in file-facts.ts; both go when it goes.
 *
 * Everything but the byte counters is durable when the call returns: a share that was removed does not come back
 * after a power loss, and a finish that was claimed is remembered.
 */
import type { StatementSync } from 'node:sqlite'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { Priority, type SeveralPaths, Trouble } from '../../../shared/contract/model.ts'
import type { FinishClaim } from './chunk-files.ts'
import type { StoreDatabase } from './database.ts'
import { blob, integer, optional, type Row, stringList, text } from './rows.ts'
import { packSelection, unpackSelection } from './selection.ts'
import { SharePaths } from './share-paths.ts'

export interface ShareRow {
  readonly root: string
  readonly name: string
  readonly origin: 'in-place' | 'fetched'
  readonly paused: boolean
  readonly complete: boolean
  /** In place: the shared file or folder. Fetched: the final one, once it has a name. Absolute. */
  readonly path?: string
  /** In place, of several paths, instead of `path`. Written by `paths.put` alone; all of them are read by `paths.all`. */
  readonly paths?: SeveralPaths
  /** Folder that a fetched share goes into, and its device when the partial was made. */
  readonly destination?: string
  readonly destinationDev?: string
  readonly partialPath?: string
  readonly sequential: boolean
  readonly priority: Priority
  /** Indices of files, ascending; all when absent. */
  readonly select?: readonly number[]
  /** Bytes per second. */
  readonly limitDown?: number
  readonly limitUp?: number
  /** Size that the link tells. */
  readonly claimedBytes?: number
  /** Multiaddrs from the link. */
  readonly linkPeers: readonly string[]
  /** Patterns that were left out of an in-place share. */
  readonly ignore: readonly string[]
  readonly addedAt: number
  readonly finishedAt?: number
  readonly receivedBytes: number
  readonly sentBytes: number
  readonly corruptBytes: number
  readonly trouble?: Trouble
  /** A finish that was begun and not recorded as done. */
  readonly claim?: FinishClaim
}

/** Changes to a share; `undefined` removes an optional value. */
export type ShareChange = { readonly [K in Exclude<keyof ShareRow, 'root' | 'paths'>]?: ShareRow[K] | undefined }

const COUNTERS: ReadonlySet<string> = new Set(['receivedBytes', 'sentBytes', 'corruptBytes'])

const COLUMNS = [
  'root', 'name', 'origin', 'paused', 'complete', 'path', 'destination', 'destination_dev', 'partial_path', 'sequential',
  'selection', 'limit_down', 'limit_up', 'claimed_bytes', 'link_peers', 'ignore', 'added_at', 'finished_at', 'received_bytes',
  'sent_bytes', 'corrupt_bytes', 'trouble', 'claim', 'priority',
] // biome-ignore format: a list of columns reads better as lines

export class Shares {
  readonly paths: SharePaths
  readonly #database: StoreDatabase
  readonly #put: StatementSync
  readonly #get: StatementSync
  readonly #list: StatementSync
  readonly #delete: StatementSync
  readonly #onDelete: (root: string) => void

  /** `onDelete` runs inside the deleting transaction, for what no foreign key reaches. */
  constructor(database: StoreDatabase, onDelete: (root: string) => void) {
    this.#database = database
    this.paths = new SharePaths(database)
    this.#onDelete = onDelete
    const updates = COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`)
    this.#put = database.sql.prepare(
      `INSERT INTO shares (${COLUMNS.join()}) VALUES (${COLUMNS.map(() => '?').join()}) ON CONFLICT (root) DO UPDATE SET ${updates.join()}`,
    )
    this.#get = database.sql.prepare('SELECT * FROM shares WHERE root = ?')
    this.#list = database.sql.prepare('SELECT * FROM shares ORDER BY added_at, id')
    this.#delete = database.sql.prepare('DELETE FROM shares WHERE root = ?')
  }

  /** Adds a share or replaces all of its row; bitfield, facts and nodes stay. */
  put(share: ShareRow): void {
    this.#database.durable(() => this.#write(share))
  }

  get(root: string): ShareRow | undefined {
    const row = this.#get.get(root)
    return row === undefined ? undefined : this.#shareOf(row)
  }

  list(): ShareRow[] {
    return this.#list.all().map((row) => this.#shareOf(row))
  }

  /** Returns the share as it is now. Throws NOT_FOUND. */
  update(root: string, change: ShareChange): ShareRow {
    const onlyCounters = Object.keys(change).every((key) => COUNTERS.has(key))
    const job = () => {
      const share = this.get(root)
      if (share === undefined) throw new ShoalError('NOT_FOUND', `There is no share ${root}.`, { root })
      const changed = withChange(share, change)
      this.#write(changed)
      return changed
    }
    return onlyCounters ? this.#database.transaction(job) : this.#database.durable(job)
  }

  /** Removes the share with its bitfield, facts, announcements and nodes. False when there was none. */
  delete(root: string): boolean {
    return this.#database.durable(() => {
      this.#onDelete(root)
      return Number(this.#delete.run(root).changes) > 0
    })
  }

  #shareOf(row: Row): ShareRow {
    const share = shareOf(row)
    if (share.origin !== 'in-place' || share.path !== undefined) return share
    const paths = this.paths.told(share.root)
    return paths === undefined ? share : { ...share, paths }
  }

  #write(share: ShareRow): void {
    const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
    this.#put.run(
      share.root,
      share.name,
      share.origin,
      share.paused ? 1 : 0,
      share.complete ? 1 : 0,
      share.path ?? null,
      share.destination ?? null,
      share.destinationDev ?? null,
      share.partialPath ?? null,
      share.sequential ? 1 : 0,
      share.select === undefined ? null : packSelection(share.select),
      share.limitDown ?? null,
      share.limitUp ?? null,
      share.claimedBytes ?? null,
      JSON.stringify(share.linkPeers),
      JSON.stringify(share.ignore),
      share.addedAt,
      share.finishedAt ?? null,
      share.receivedBytes,
      share.sentBytes,
      share.corruptBytes,
      json(share.trouble),
      json(share.claim),
      share.priority,
    )
  }
}

function withChange(share: ShareRow, change: ShareChange): ShareRow {
  const merged: Record<string, unknown> = { ...share, ...change }
  for (const [key, value] of Object.entries(merged)) if (value === undefined) delete merged[key]
  return merged as unknown as ShareRow
}

function shareOf(row: Row): ShareRow {
  const origin = text(row, 'origin')
  return {
    root: text(row, 'root'),
    name: text(row, 'name'),
    origin: origin === 'in-place' ? 'in-place' : 'fetched',
    paused: integer(row, 'paused') !== 0,
    complete: integer(row, 'complete') !== 0,
    ...optional(row, 'path', 'path', text),
    ...optional(row, 'destination', 'destination', text),
    ...optional(row, 'destination_dev', 'destinationDev', text),
    ...optional(row, 'partial_path', 'partialPath', text),
    sequential: integer(row, 'sequential') !== 0,
    priority: Priority.parse(text(row, 'priority')),
    ...optional(row, 'selection', 'select', (r, column) => unpackSelection(blob(r, column))),
    ...optional(row, 'limit_down', 'limitDown', integer),
    ...optional(row, 'limit_up', 'limitUp', integer),
    ...optional(row, 'claimed_bytes', 'claimedBytes', integer),
    linkPeers: stringList(row, 'link_peers'),
    ignore: stringList(row, 'ignore'),
    addedAt: integer(row, 'added_at'),
    ...optional(row, 'finished_at', 'finishedAt', integer),
    receivedBytes: integer(row, 'received_bytes'),
    sentBytes: integer(row, 'sent_bytes'),
    corruptBytes: integer(row, 'corrupt_bytes'),
    ...optional(row, 'trouble', 'trouble', (r, column) => Trouble.parse(JSON.parse(text(r, column)))),
    ...optional(row, 'claim', 'claim', (r, column): FinishClaim => JSON.parse(text(r, column))),
  }
}
