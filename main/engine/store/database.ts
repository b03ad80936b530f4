/**
 * Opens the profile's SQLite database and runs its transactions.
 *
 * What survives what [ST2]: in WAL mode with synchronous=NORMAL a commit survives the death of the process, while a power
 * loss may take back the newest commits, in order, leaving a sound database that is a little older. That is enough
 * where older is safe: a bitfield is saved only after the chunks it claims were flushed, so an older one claims less
 * than the disk holds, never more; counters and peers are worth no sync. Where going back in time would be wrong
 * (a share added or removed, bits cleared, a finish claimed or done, a setting, a block) `durable` commits with synchronous=FULL,
 * which syncs the log and with it everything before. Each costs a disk sync on the event loop, and they are rare.
 *
 * A database that cannot be read is moved aside, never deleted, and `damaged` says so [ST3]. The full check runs only
 * after an unclean end (a log file was left) and only while it is quick.
 */
import fs from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MIGRATIONS } from './schema.ts'

/** Another process (a doctor, a backup) may hold the database for a moment. */
const BUSY_TIMEOUT_MS = 2_000
/** Checking costs about 1 ms per MiB; above this a start would feel it. */
const MAX_CHECKED_BYTES = 8 * 1024 * 1024

export interface DatabaseOptions {
  readonly nowMs: () => number
}

export class StoreDatabase {
  readonly sql: DatabaseSync
  /** Set when the previous database was unreadable: to be shown to the user. `facts.movedTo` says where it is. */
  readonly damaged: ShoalError | undefined
  readonly nowMs: () => number
  #inside: 'nothing' | 'transaction' | 'durable' = 'nothing'

  constructor(sql: DatabaseSync, damaged: ShoalError | undefined, nowMs: () => number) {
    this.sql = sql
    this.damaged = damaged
    this.nowMs = nowMs
  }

  /** All or nothing; may be taken back by a power loss. Joins a transaction that is under way. */
  transaction<T>(job: () => T): T {
    if (this.#inside !== 'nothing') return job()
    return this.#run('transaction', job)
  }

  /**
   * As transaction, and on disk when it returns. Inside of another `durable` it joins it, so that several repositories
   * change together; inside of a plain transaction it throws, because it could not keep its word.
   */
  durable<T>(job: () => T): T {
    if (this.#inside === 'durable') return job()
    if (this.#inside === 'transaction') throw new Error('durable inside of a transaction would not be')
    this.sql.exec('PRAGMA synchronous = FULL')
    try {
      return this.#run('durable', job)
    } finally {
      this.sql.exec('PRAGMA synchronous = NORMAL')
    }
  }

  close(): void {
    if (this.sql.isOpen) this.sql.close()
  }

  #run<T>(kind: 'transaction' | 'durable', job: () => T): T {
    this.#inside = kind
    try {
      this.sql.exec('BEGIN IMMEDIATE')
      const result = job()
      this.sql.exec('COMMIT')
      return result
    } catch (error) {
      if (this.sql.isTransaction) this.sql.exec('ROLLBACK')
      throw asShoalError(error)
    } finally {
      this.#inside = 'nothing'
    }
  }
}

export function openDatabase(file: string, { nowMs }: DatabaseOptions): StoreDatabase {
  const unclean = (fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
  try {
    return new StoreDatabase(connect(file, unclean), undefined, nowMs)
  } catch (error) {
    if (!isCorruption(error)) throw asShoalError(error)
    const movedTo = moveAside(file, nowMs())
    const message =
      `The database of this profile was damaged (${messageOf(error)}) and was moved to ${movedTo}. ` +
      'A new one was begun: your files are untouched, but shares have to be added again.'
    const damaged = new ShoalError('IO', message, { movedTo }, { cause: error })
    return new StoreDatabase(connect(file, false), damaged, nowMs)
  }
}

function connect(file: string, check: boolean): DatabaseSync {
  const sql = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    sql.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192',
    )
    migrate(sql)
    if (check && fs.statSync(file).size <= MAX_CHECKED_BYTES) {
      const found = Object.values(sql.prepare('PRAGMA quick_check(1)').get() ?? {})[0]
      if (found !== 'ok') throw new CorruptDatabase(String(found))
    }
    return sql
  } catch (error) {
    sql.close()
    throw error
  }
}

class CorruptDatabase extends Error {}

function migrate(sql: DatabaseSync): void {
  const version = Number(Object.values(sql.prepare('PRAGMA user_version').get() ?? {})[0])
  if (version > MIGRATIONS.length) {
    const message = `This profile was written by a newer version of Shoal (format ${version}, this one knows ${MIGRATIONS.length}). Update Shoal.`
    throw new ShoalError('NOT_ALLOWED', message, { version, known: MIGRATIONS.length })
  }
  for (let next = version; next < MIGRATIONS.length; next++) {
    sql.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[next]}; PRAGMA user_version = ${next + 1}; COMMIT`)
  }
}

/** SQLite's primary result codes; extended codes carry them in the low byte. */
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

function isCorruption(error: unknown): boolean {
  const code = resultCode(error)
  return error instanceof CorruptDatabase || code === SQLITE_CORRUPT || code === SQLITE_NOTADB
}

function asShoalError(error: unknown): unknown {
  const code = resultCode(error)
  if (code === undefined) return error
  if (code === SQLITE_FULL) {
    return new ShoalError(
      'DISK_FULL',
      'The disk that holds the profile is full. Free some space.',
      { sqlite: code },
      { cause: error },
    )
  }
  return new ShoalError('IO', `The profile's database failed: ${messageOf(error)}`, { sqlite: code }, { cause: error })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The log belongs to the database: without it the newest commits are lost to whoever repairs it. */
function moveAside(file: string, nowMs: number): string {
  const base = `${file}.damaged-${new Date(nowMs).toISOString().replaceAll(':', '-')}`
  let movedTo = base
  for (let number = 2; fs.existsSync(movedTo); number++) movedTo = `${base}-${number}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, movedTo + suffix)
  }
  return movedTo
}
