/** Settings of a profile, as JSON by key. Whoever reads one checks its shape: an older or newer version may have written it. */
import type { StatementSync } from 'node:sqlite'
import type { StoreDatabase } from './database.ts'
import { text } from './rows.ts'

export class Settings {
  readonly #database: StoreDatabase
  readonly #get: StatementSync
  readonly #set: StatementSync
  readonly #delete: StatementSync

  constructor(database: StoreDatabase) {
    this.#database = database
    this.#get = database.sql.prepare('SELECT value FROM settings WHERE key = ?')
    this.#set = database.sql.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)')
    this.#delete = database.sql.prepare('DELETE FROM settings WHERE key = ?')
  }

  get(key: string): unknown {
    const row = this.#get.get(key)
    return row === undefined ? undefined : JSON.parse(text(row, 'value'))
  }

  /** Undefined removes it. */
  set(key: string, value: unknown): void {
    const json: string | undefined = JSON.stringify(value)
    this.#database.durable(() => {
      if (json === undefined) this.#delete.run(key)
      else this.#set.run(key, json)
    })
  }
}
