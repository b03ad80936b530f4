/**
 * Runs scenarios: for each one, run after run, every contender in turn, so that a machine that slows down slows all of
 * them. A run that fails gives a reason instead of a number; it is never repeated until it suits.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeasureId } from './budgets.ts'
import type { BenchPeer, Contender, ContenderName } from './contenders/contender.ts'
import type { Meter } from './harness/meter.ts'
import { watchOthers } from './harness/others.ts'
import { syncDisks } from './harness/settle.ts'
import { aborted } from './harness/wait.ts'
import type { Workspace } from './harness/workspace.ts'
import type { Scale, Scenario, ScenarioContext, Values } from './scenarios/scenario.ts'

export interface Result {
  readonly measure: MeasureId
  readonly contender: ContenderName
  /** One per run that gave a number. */
  readonly values: readonly number[]
  /** One per run that did not. */
  readonly notMeasured: readonly string[]
  /** Cores that other programs kept busy, per run where the system tells. */
  readonly othersBusyCores: readonly number[]
}

/** A result while it is being gathered. */
type Gathering = Result & { values: number[]; notMeasured: string[]; othersBusyCores: number[] }

export interface Note {
  readonly scenario: string
  readonly contender: ContenderName
  readonly text: string
}

export interface RunPlan {
  readonly scenarios: readonly Scenario[]
  readonly contenders: readonly Contender[]
  readonly runs: number
  readonly scale: Scale
  readonly meter: Meter
  readonly workspace: Workspace
  readonly signal: AbortSignal
  say(line: string): void
}

export async function runAll(plan: RunPlan): Promise<{ results: Result[]; notes: Note[] }> {
  const results: Gathering[] = []
  const notes: Note[] = []
  const resultOf = (measure: MeasureId, contender: ContenderName): Gathering => {
    let result = results.find((known) => known.measure === measure && known.contender === contender)
    if (result === undefined) {
      result = { measure, contender, values: [], notMeasured: [], othersBusyCores: [] }
      results.push(result)
    }
    return result
  }
  for (const scenario of plan.scenarios) {
    for (let run = 1; run <= plan.runs; run++) {
      for (const contender of plan.contenders) {
        plan.signal.throwIfAborted()
        const note = (text: string) => void notes.push({ scenario: scenario.name, contender: contender.name, text })
        const others = await watchOthers()
        const outcome = await runOnce(plan, scenario, contender, note)
        const busyCores = await others.busyCores()
        for (const measure of scenario.measures) {
          const value = outcome.values?.[measure]
          const result = resultOf(measure, contender.name)
          if (value !== undefined && Number.isFinite(value)) result.values.push(value)
          else result.notMeasured.push(outcome.reason ?? 'the run gave no number')
          if (busyCores !== undefined) result.othersBusyCores.push(busyCores)
        }
        const busy = busyCores === undefined ? '' : ` (others: ${busyCores.toFixed(2)} cores)`
        plan.say(`${scenario.name} ${run}/${plan.runs} ${contender.name}: ${describe(outcome)}${busy}`)
      }
    }
  }
  return { results, notes }
}

const MAX_REASON_LENGTH = 600

interface Outcome {
  readonly values?: Values
  readonly reason?: string
}

function describe({ values, reason }: Outcome): string {
  if (values === undefined) return `not measured: ${reason}`
  return Object.entries(values)
    .map(([measure, value]) => `${measure} ${value.toFixed(2)}`)
    .join(', ')
}

async function runOnce(
  plan: RunPlan,
  scenario: Scenario,
  contender: Contender,
  note: (text: string) => void,
): Promise<Outcome> {
  const cannot = contender.cannot(scenario.name)
  if (cannot !== undefined) return { reason: cannot }
  const tooLong = AbortSignal.timeout(scenario.timeoutMs)
  const ended = new AbortController()
  const signal = AbortSignal.any([plan.signal, tooLong, ended.signal])
  const dir = await plan.workspace.fresh(`${contender.name}-${scenario.name}`)
  const peers: BenchPeer[] = []
  const stopAll = async () => {
    // The downloader last: it should not spend its end on looking for lost sources, but nothing depends on it.
    await Promise.all(peers.map((peer) => peer.stop()))
  }
  const context: ScenarioContext = {
    contender,
    meter: plan.meter,
    workspace: plan.workspace,
    scale: plan.scale,
    signal,
    dir,
    async start(name, options = {}, within = dir) {
      const peerDir = join(within, name)
      await mkdir(peerDir, { recursive: true, mode: 0o700 })
      const peer = await contender.start({ ...options, dir: peerDir })
      peers.push(peer)
      return peer
    },
    async folder(name, within = dir) {
      const path = join(within, name)
      await mkdir(path)
      return path
    },
    note,
    stopAll,
  }
  try {
    await syncDisks()
    return { values: await Promise.race([scenario.run(context), aborted(signal)]) }
  } catch (error) {
    if (plan.signal.aborted) throw error
    if (tooLong.aborted) return { reason: `took longer than ${scenario.timeoutMs / 1_000} s` }
    return { reason: oneLine([error instanceof Error ? error.message : String(error), ...lastWords(peers)].join('; ')) }
  } finally {
    ended.abort(new Error('the run is over'))
    await stopAll()
    await rm(dir, { recursive: true, force: true })
  }
}

/** What each peer wrote on stderr last: one line, for the reason of a failure. */
function lastWords(peers: readonly BenchPeer[]): string[] {
  return peers.flatMap(({ child }) => {
    const line = child.lastWords().split('\n').at(-1) ?? ''
    return line === '' ? [] : [`process ${child.pid} wrote: ${line}`]
  })
}

/** Reasons stand in a table. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_LENGTH)
}
