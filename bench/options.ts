/** The benchmark's command line. Pure: arguments in, a value or the reason why not out. */
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Names of scenarios; all when empty. */
  readonly only: readonly string[]
  readonly runs: number
  readonly json: boolean
  readonly quick: boolean
  readonly rivals: boolean
  /** Whether memory is taken from the host before the clock starts (harness/owned-memory.ts). */
  readonly ownMemory: boolean
  /** Where profiles, data and downloads go. */
  readonly dir: string
  /** Folder for CPU profiles of all measured processes. */
  readonly profiles?: string
}

export type ParsedOptions =
  | { readonly type: 'run'; readonly options: BenchOptions }
  | { readonly type: 'help' }
  | { readonly type: 'wrong'; readonly reason: string }

const DEFAULT_RUNS = 3
const MAX_RUNS = 100

export function parseOptions(argv: readonly string[], scenarios: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', multiple: true },
        runs: { type: 'string' },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        rivals: { type: 'boolean', default: false },
        'own-memory': { type: 'boolean', default: false },
        dir: { type: 'string' },
        'cpu-prof': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return { type: 'help' }
    const only = (values.only ?? []).flatMap((list) => list.split(',')).filter((name) => name !== '')
    const unknown = only.find((name) => !scenarios.includes(name))
    if (unknown !== undefined) {
      return { type: 'wrong', reason: `--only: there is no "${unknown}"; there are ${scenarios.join(', ')}.` }
    }
    const runs = values.runs === undefined ? (values.quick ? 1 : DEFAULT_RUNS) : Number(values.runs)
    if (!Number.isInteger(runs) || runs < 1 || runs > MAX_RUNS) {
      return { type: 'wrong', reason: `--runs is a whole number from 1 to ${MAX_RUNS}; not "${values.runs}".` }
    }
    const { json, quick, rivals } = values
    const profiles = values['cpu-prof']
    const ownMemory = values['own-memory']
    const options = { only, runs, json, quick, rivals, ownMemory, dir: values.dir ?? tmpdir() }
    return { type: 'run', options: profiles === undefined ? options : { ...options, profiles: resolve(profiles) } }
  } catch (error) {
    return { type: 'wrong', reason: error instanceof Error ? error.message : String(error) }
  }
}

export function usage(scenarios: readonly string[]): string {
  return `Usage: npm run bench -- [options]

Measures the budgets on this machine: real daemons, real files, loopback only.

  --only NAME,NAME   some scenarios: ${scenarios.join(', ')}
  --runs N           how often each is run; the table shows median (min .. max); default ${DEFAULT_RUNS}
  --quick            smaller sizes and one run: to see that it works, not to compare
  --rivals           webtorrent and Helia too, in the same run, with ratios (installs them once)
  --own-memory       on a virtual machine: memory is got from its host before the clock starts, not while it runs
  --dir DIR          where data goes (default: the system's temporary folder)
  --cpu-prof DIR     writes CPU profiles there and prints where the time went (it slows what it watches)
  --json             one JSON document on stdout

Exit code 0: everything measured, every requirement met; 1: not so; 2: wrong usage.
`
}
