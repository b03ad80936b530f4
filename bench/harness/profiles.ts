/**
 * CPU profiles of the measured processes, for the question where the time went when a budget was missed. Profiling slows
 * what it watches by a few per cent, so a run with profiles is for reading them, not for its numbers.
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Meter } from './meter.ts'

/** Lines of one summary. */
const TOP = 15

/** One folder per peer, named after its role: `downloader`, `source-2`. */
export function withProfiles(meter: Meter, dir: string): Meter {
  return {
    ...meter,
    nodeArguments: (scratch) => [
      ...meter.nodeArguments(scratch),
      '--cpu-prof',
      `--cpu-prof-dir=${join(dir, basename(dirname(scratch)))}`,
    ],
  }
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { functionName: string; url: string; lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Functions by their own time, of all profiles in the folder that hold at least a second of work; worst process first. */
export async function summariseProfiles(dir: string): Promise<string[]> {
  const lines: { busyMs: number; text: string[] }[] = []
  for (const name of await readdir(dir, { recursive: true })) {
    if (!name.endsWith('.cpuprofile')) continue
    const { busyMs, top } = selfTimes(JSON.parse(await readFile(join(dir, name), 'utf8')) as CpuProfile)
    if (busyMs >= 1_000)
      lines.push({ busyMs, text: [`${name}: ${(busyMs / 1_000).toFixed(1)} s of work`, ...top.slice(0, TOP)] })
  }
  return lines.sort((a, b) => b.busyMs - a.busyMs).flatMap(({ text }) => text)
}

/** What a thread does when it does nothing. */
const IDLE = new Set(['(idle)', '(program)', '(root)'])

export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): { busyMs: number; top: string[] } {
  const names = new Map(
    nodes.map(({ id, callFrame }) => {
      const file = callFrame.url.split('/').at(-1) ?? ''
      const place = file === '' ? '' : ` ${file}:${callFrame.lineNumber + 1}`
      return [id, `${callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName}${place}`]
    }),
  )
  const selfMs = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?'
    selfMs.set(name, (selfMs.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1_000)
  }
  const busy = [...selfMs].filter(([name]) => !IDLE.has(name)).sort(([, a], [, b]) => b - a)
  const busyMs = busy.reduce((sum, [, ms]) => sum + ms, 0)
  return { busyMs, top: busy.map(([name, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${name}`) }
}
