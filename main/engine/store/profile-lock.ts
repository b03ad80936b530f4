/**
 * One process per profile [ST16].
 *
 * Node has no flock, and a pid file outlives a kill -9. SQLite has what is needed on all systems: an exclusive transaction
 * on a database of its own is a lock of the kernel on the open file, gone with the process however it ends. Who
 * holds it stands in a plain file beside it; that file is only ever believed when the lock is held.
 *
 * Never open the lock file by other means in this process: closing any descriptor of it would drop the lock (POSIX).
 */
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { systemCode } from '../../../shared/system-code.ts'

export interface ProfileHolder {
  readonly pid: number
  /** ms since the epoch. */
  readonly startedAt: number
  /** Where it answers, when it does. */
  readonly address?: string
}

export interface ProfileLock {
  /** Tells others more than was known at the start, such as the address. */
  describe(holder: ProfileHolder): void
  release(): Promise<void>
}

const LOCK_FILE = 'profile.lock'
const HOLDER_FILE = 'profile.holder.json'
/** A holder that has just started may not have said who it is yet. */
const HOLDER_WAIT_MS = 500
const HOLDER_POLL_MS = 25
const MAX_HOLDER_BYTES = 4_096

/** Keeps the databases from being collected, and with that unlocked, while their locks are held; one per profile. */
const held = new Set<DatabaseSync>()

/** Creates the folder (0700) when absent. Throws ShoalError PROFILE_BUSY with the holder's pid as a fact. */
export async function acquireProfileLock(dir: string, holder: ProfileHolder): Promise<ProfileLock> {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
  const sql = tryLock(path.join(dir, LOCK_FILE))
  if (sql === undefined) throw busy(dir, await readHolderPatiently(dir))
  held.add(sql)
  const describe = (now: ProfileHolder) => writeHolder(dir, now)
  try {
    describe(holder)
  } catch (error) {
    unlock(sql)
    throw error
  }
  return {
    describe,
    release: async () => {
      if (!held.has(sql)) return
      fs.rmSync(path.join(dir, HOLDER_FILE), { force: true })
      unlock(sql)
    },
  }
}

/** What the file says; whether it is still true only the lock knows. */
export function readProfileHolder(dir: string): ProfileHolder | undefined {
  try {
    const content = fs.readFileSync(path.join(dir, HOLDER_FILE))
    if (content.length > MAX_HOLDER_BYTES) return undefined
    const value: unknown = JSON.parse(content.toString('utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined
    const { pid, startedAt } = value
    if (typeof pid !== 'number' || typeof startedAt !== 'number') return undefined
    const address = 'address' in value && typeof value.address === 'string' ? { address: value.address } : {}
    return { pid, startedAt, ...address }
  } catch {
    return undefined
  }
}

function tryLock(file: string): DatabaseSync | undefined {
  const sql = new DatabaseSync(file, { timeout: 0 })
  try {
    // The rollback journal keeps the lock on the one file; nothing is ever written.
    sql.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return sql
  } catch (error) {
    sql.close()
    if (error instanceof Error && 'errcode' in error && isLocked(Number(error.errcode))) return undefined
    const reason = error instanceof Error ? error.message : String(error)
    throw new ShoalError(
      'IO',
      `The lock of the profile cannot be taken: ${reason}. Make room on its disk, and see that ${file} may be written.`,
      { file },
      { cause: error },
    )
  }
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6

function isLocked(errcode: number): boolean {
  return (errcode & 0xff) === SQLITE_BUSY || (errcode & 0xff) === SQLITE_LOCKED
}

function unlock(sql: DatabaseSync): void {
  held.delete(sql)
  sql.close()
}

function writeHolder(dir: string, holder: ProfileHolder): void {
  const file = path.join(dir, HOLDER_FILE)
  const fresh = `${file}.${holder.pid}`
  fs.writeFileSync(fresh, JSON.stringify(holder), { mode: 0o600 })
  fs.renameSync(fresh, file)
}

/** A file left by a killed holder names a dead process: the new holder is about to replace it. */
async function readHolderPatiently(dir: string): Promise<ProfileHolder | undefined> {
  for (let waitedMs = 0; ; waitedMs += HOLDER_POLL_MS) {
    const holder = readProfileHolder(dir)
    if (holder !== undefined && isAlive(holder.pid)) return holder
    if (waitedMs >= HOLDER_WAIT_MS) return holder
    await new Promise((resolve) => setTimeout(resolve, HOLDER_POLL_MS))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

function busy(dir: string, holder: ProfileHolder | undefined): ShoalError {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid}, running since ${new Date(holder.startedAt).toISOString()}`
  const facts = {
    profile: dir,
    ...(holder === undefined ? {} : { pid: holder.pid, startedAt: holder.startedAt }),
    ...(holder?.address === undefined ? {} : { address: holder.address }),
  }
  const message = `This profile is in use by ${who}. Use that one, stop it, or choose another profile.`
  return new ShoalError('PROFILE_BUSY', message, facts)
}
