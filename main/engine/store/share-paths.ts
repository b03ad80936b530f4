/**
 * The paths of shares in place that were made of several: each is a child of the share's root, wherever it lies. Kept apart
 * from the share's row, which is written anew with every counter. Where the files are is in file-facts.ts; this is what
 * the user named, to be shown and to know which shares a path touches. SPEC: [ST18].
 */
import type { StatementSync } from 'node:sqlite'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MAX_PATHS_TOLD } from '../../../shared/contract/limits.ts'
import type { SeveralPaths } from '../../../shared/contract/model.ts'
import type { StoreDatabase } from './database.ts'
import { integer, text } from './rows.ts'

export class SharePaths {
  readonly #database: StoreDatabase
  readonly #insert: StatementSync
  readonly #clear: StatementSync
  readonly #read: StatementSync
  readonly #count: StatementSync

  constructor(database: StoreDatabase) {
    const { sql } = database
    this.#database = database
    this.#insert = sql.prepare('INSERT INTO share_paths (share, position, path) VALUES (?, ?, ?)')
    this.#clear = sql.prepare('DELETE FROM share_paths WHERE share = (SELECT id FROM shares WHERE root = ?)')
    this.#read = sql.prepare(
      'SELECT path FROM share_paths WHERE share = (SELECT id FROM shares WHERE root = ?) ORDER BY position LIMIT ?',
    )
    this.#count = sql.prepare(
      'SELECT count(*) AS paths FROM share_paths WHERE share = (SELECT id FROM shares WHERE root = ?)',
    )
  }

  /** Replaces them; none for a share of one path. Throws NOT_FOUND without the share. */
  put(root: string, paths: readonly string[]): void {
    this.#database.transaction(() => {
      const share = this.#database.sql.prepare('SELECT id FROM shares WHERE root = ?').get(root)
      if (share === undefined) throw new ShoalError('NOT_FOUND', `There is no share ${root}.`, { root })
      this.#clear.run(root)
      const id = integer(share, 'id')
      for (const [position, path] of paths.entries()) this.#insert.run(id, position, path)
    })
  }

  /** Empty for a share of one path. */
  all(root: string): string[] {
    return this.#read.all(root, -1).map((row) => text(row, 'path'))
  }

  /** How many, and the first of them; undefined for a share of one path. */
  told(root: string): SeveralPaths | undefined {
    const count = integer(this.#count.get(root) ?? {}, 'paths')
    if (count === 0) return undefined
    return { count, first: this.#read.all(root, MAX_PATHS_TOLD).map((row) => text(row, 'path')) }
  }
}
