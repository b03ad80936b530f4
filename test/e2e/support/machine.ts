/** What the machine was busy with besides us, so that a figure which came out badly can be judged (Linux; else nothing is said). */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** The kernel counts in hundredths of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** Starts counting; the returned function says how many cores these processes used since, and how many all others did. */
export function watchMachine(pids: readonly number[]): () => string {
  if (process.platform !== 'linux') return () => 'load unknown'
  const before = { all: allTicks(), ours: oursTicks(pids), at: performance.now() }
  return () => {
    const seconds = (performance.now() - before.at) / 1_000
    const ours = (oursTicks(pids) - before.ours) / TICKS_PER_SECOND / seconds
    const all = (allTicks() - before.all) / TICKS_PER_SECOND / seconds
    return `of ${availableParallelism()} cores ours used ${ours.toFixed(2)}, others ${Math.max(all - ours, 0).toFixed(2)}`
  }
}

function allTicks(): number {
  const [, user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 9).map(Number)
  return [user, nice, system, irq, softirq].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0)
}

function oursTicks(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // Behind the name in parentheses: state first, user and system time as the 12th and 13th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return sum + Number(fields[11]) + Number(fields[12])
  }, 0)
}
