/** What a scenario is: a name, what it measures, and a run that starts peers, moves bytes, and returns numbers it has measured. */
import type { MeasureId } from '../budgets.ts'
import type { BenchPeer, Contender, Fetched, PeerOptions } from '../contenders/contender.ts'
import { sha256OfFile } from '../harness/data.ts'
import type { Meter, ProcessUse } from '../harness/meter.ts'
import type { DataFile, Workspace } from '../harness/workspace.ts'

export const GIB = 1024 ** 3
export const MIB = 1024 ** 2
/** MB in rates and memory is 10^6 bytes. */
export const MB = 1_000_000

/** Sizes; the quick ones show that a scenario works and are marked as such in the report. */
export interface Scale {
  readonly transferBytes: number
  readonly faultBytes: number
  readonly crowdBytes: number
  readonly smallFolders: number
  readonly idleMs: number
  /** Memory for the large transfers is taken before the clock starts. */
  readonly ownMemory?: boolean
}

export const FULL: Scale = {
  transferBytes: GIB,
  faultBytes: 256 * MIB,
  crowdBytes: 64 * MIB,
  smallFolders: 100,
  idleMs: 10_000,
}

export const QUICK: Scale = {
  transferBytes: 256 * MIB,
  faultBytes: 64 * MIB,
  crowdBytes: 16 * MIB,
  smallFolders: 10,
  idleMs: 2_000,
}

/** Rate of the slow sources of the fault scenarios: 20 MB/s. */
export const SOURCE_BYTES_PER_SECOND = 20 * MB

export interface ScenarioContext {
  readonly contender: Contender
  readonly meter: Meter
  readonly workspace: Workspace
  readonly scale: Scale
  readonly signal: AbortSignal
  /** A folder of this run only. */
  readonly dir: string
  /** Starts a peer that ends with the run at the latest. */
  start(name: string, options?: Omit<PeerOptions, 'dir'>, within?: string): Promise<BenchPeer>
  /** An empty folder of this run. */
  folder(name: string, within?: string): Promise<string>
  /** Ends all peers of this run; a scenario needs it only before it unmounts what they use. */
  stopAll(): Promise<void>
  /** A line under the table: a circumstance the reader needs. */
  note(text: string): void
}

export type Values = Partial<Record<MeasureId, number>>

export interface Scenario {
  readonly name: string
  readonly measures: readonly MeasureId[]
  /** One run of one contender is ended after this. Far above every budget. */
  readonly timeoutMs: number
  run(context: ScenarioContext): Promise<Values>
}

/** Called after the clock has stopped. */
export async function verify(fetched: Fetched, data: DataFile): Promise<void> {
  if ((await sha256OfFile(fetched.path)) !== data.sha256) throw new Error('what arrived is not what was sent')
}

export function resourcesOf({ meter, dir }: ScenarioContext, peer: BenchPeer): Promise<ProcessUse> {
  return meter.read(peer.child.pid, dir)
}
