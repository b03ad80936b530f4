/**
 * Lets one process at a time install or build in this clone: two terminals may both say `npm start`.
 *
 * The lock is a file that holds the pid of its owner, made by linking, which fails if it exists; a lock whose owner is dead is taken over.
 * It is no lock against malice, and it does not work across machines that share a folder.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fromRoot } from './paths.mjs'

const LOCK_FILE = fromRoot('.work.lock')
/** How often the lock is looked at while somebody else holds it. */
const POLL_MS = 100
/** An installation over a slow line is done by then; who still holds the lock is stuck. */
const MAX_WAIT_MS = 15 * 60_000

/**
 * @template T
 * @param {(waitingForPid: number) => void} onWait called once if somebody else holds the lock
 * @param {() => Promise<T>} work
 * @param {string} lockFile
 * @returns {Promise<T>}
 */
export async function withWorkLock(onWait, work, lockFile = LOCK_FILE) {
  const giveUpAt = Date.now() + MAX_WAIT_MS
  let told = false
  while (!tryLock(lockFile)) {
    const owner = ownerPid(lockFile)
    if (owner === undefined || !isAlive(owner)) {
      takeAway(lockFile, owner)
      continue
    }
    if (!told) onWait(owner)
    told = true
    if (Date.now() > giveUpAt)
      throw new Error(`Process ${owner} has been installing or building for 15 minutes: end it and try again.`)
    await delay(POLL_MS)
  }
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

/**
 * Appears with the pid in it or not at all: an empty lock would look like a dead owner's.
 * @param {string} lockFile
 */
function tryLock(lockFile) {
  const draft = `${lockFile}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, lockFile)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * Removes the lock of a dead owner, unless somebody else was quicker and it is already the next one's.
 * @param {string} lockFile
 * @param {number | undefined} deadOwner
 */
function takeAway(lockFile, deadOwner) {
  const aside = `${lockFile}.${process.pid}.old`
  try {
    renameSync(lockFile, aside)
    if (ownerPid(aside) !== deadOwner) linkSync(aside, lockFile)
  } catch {
    // Somebody else took it away; the next look at the lock decides.
  }
  rmSync(aside, { force: true })
}

/** @param {string} lockFile */
function ownerPid(lockFile) {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
