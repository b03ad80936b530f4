/**
 * How much of the machine was used by others during a run: all busy CPU time minus that of this process and of the
 * children it has waited for. Linux only. It is what tells a slow program from a busy machine.
 */
import { readFile } from 'node:fs/promises'
import { busySecondsOfMachine, ownSecondsOfStat } from './proc-text.ts'

export interface OthersWatch {
  /** Cores kept busy by others since the watch began; undefined where it cannot be known. Children must have ended. */
  busyCores(): Promise<number | undefined>
}

interface Moment {
  readonly atMs: number
  readonly busySeconds: number
  readonly ownSeconds: number
}

async function look(ticksPerSecond: number): Promise<Moment | undefined> {
  const texts = await Promise.all([readFile('/proc/stat', 'utf8'), readFile('/proc/self/stat', 'utf8')]).catch(() => [])
  const busySeconds = busySecondsOfMachine(texts[0] ?? '', ticksPerSecond)
  const ownSeconds = ownSecondsOfStat(texts[1] ?? '', ticksPerSecond)
  if (busySeconds === undefined || ownSeconds === undefined) return undefined
  return { atMs: performance.now(), busySeconds, ownSeconds }
}

/** Clock ticks of /proc; Linux gives all programs 100 (USER_HZ), whatever its kernel uses inside. */
const TICKS_PER_SECOND = 100

export async function watchOthers(): Promise<OthersWatch> {
  const before = await look(TICKS_PER_SECOND)
  return {
    async busyCores() {
      const after = await look(TICKS_PER_SECOND)
      if (before === undefined || after === undefined) return undefined
      const others = after.busySeconds - before.busySeconds - (after.ownSeconds - before.ownSeconds)
      return Math.max(0, others) / ((after.atMs - before.atMs) / 1_000)
    },
  }
}
