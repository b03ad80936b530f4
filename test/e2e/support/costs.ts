/** What a process costs while something is done to it: memory, processor, open files, log, and how long it lets others wait. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'

const MIB = 1024 * 1024
/** Of utime and stime in /proc/<pid>/stat: 100 a second on every Linux. */
const CLOCK_TICKS_PER_SECOND = 100

function statusBytes(pid: number, field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (line?.[1] === undefined) throw new Error(`/proc/${pid}/status has no ${field}`)
  return Number(line[1]) * 1024
}

/** Resident bytes now. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS')
}

export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / CLOCK_TICKS_PER_SECOND
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Bytes of all log files of a profile. */
export function logBytes(profileDir: string): number {
  const folder = join(profileDir, 'logs')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

export interface Costs {
  readonly tookMs: number
  readonly residentBeforeMiB: number
  readonly residentPeakMiB: number
  readonly cpuMs: number
  readonly openFilesPeak: number
  readonly logKiB: number
  /** The longest that a `status` command had to wait for its answer. */
  readonly longestWaitMs: number
  /** The process as it was afterwards. */
  readonly openFilesAfter: number
}

const SAMPLE_MS = 25

/** Measures a daemon while `act` runs. */
export async function costsOf(
  daemon: { pid: number; profileDir: string; api: EngineApi },
  act: () => Promise<void>,
): Promise<Costs> {
  const { pid, profileDir, api } = daemon
  const began = performance.now()
  const [cpuBefore, logBefore, residentBefore] = [cpuMs(pid), logBytes(profileDir), residentBytes(pid)]
  let residentPeak = residentBefore
  let openFilesPeak = 0
  let longestWaitMs = 0
  let acting = true
  const sampling = (async () => {
    while (acting) {
      residentPeak = Math.max(residentPeak, residentBytes(pid))
      openFilesPeak = Math.max(openFilesPeak, openFiles(pid))
      await sleep(SAMPLE_MS)
    }
  })()
  const asking = (async () => {
    while (acting) {
      const askedAt = performance.now()
      await api.status()
      longestWaitMs = Math.max(longestWaitMs, performance.now() - askedAt)
      await sleep(SAMPLE_MS)
    }
  })()
  try {
    await act()
  } finally {
    acting = false
  }
  await Promise.all([sampling, asking])
  return {
    tookMs: Math.round(performance.now() - began),
    residentBeforeMiB: Math.round(residentBefore / MIB),
    residentPeakMiB: Math.round(residentPeak / MIB),
    cpuMs: cpuMs(pid) - cpuBefore,
    openFilesPeak,
    logKiB: Math.round((logBytes(profileDir) - logBefore) / 1024),
    longestWaitMs: Math.round(longestWaitMs),
    openFilesAfter: openFiles(pid),
  }
}
