/**
 * What a scenario needs of a file-sharing program, so that each scenario is written once and runs on Shoal and on what it
 * is compared with alike: start a peer as a process of its own, share a path, fetch it from given sources, say how many
 * bytes have come. Times are milliseconds since the epoch: all processes of a benchmark share one clock.
 */
import type { Child } from '../harness/child.ts'

export type ContenderName = 'shoal' | 'webtorrent' | 'helia'

export interface PeerOptions {
  /** Private folder of the peer. Starting again on the same folder is a restart: same identity, same address, same shares. */
  readonly dir: string
  readonly limitUpBytesPerSecond?: number
  /** What it shares must survive its process (programs that keep content in memory by default must not, then). */
  readonly persistent?: boolean
}

export interface Shared {
  /** What a downloader is given. */
  readonly link: string
  readonly indexMs: number
}

export interface FetchRequest {
  readonly sources: readonly Shared[]
  /** Other downloaders of the same share, for programs that would need a tracker or DHT to meet them. */
  readonly fellows: readonly string[]
  readonly destination: string
}

export interface Fetched {
  readonly finishedAtMs: number
  /** The file or folder that now has its final name. */
  readonly path: string
}

export interface Fetching {
  /** Just before the command was given. */
  readonly startedAtMs: number
  /** Payload received so far. */
  receivedBytes(): Promise<number>
  readonly done: Promise<Fetched>
}

/** What a downloader said of a peer it lost, by its own clock. */
export interface Losses {
  readonly noticedAtMs: number | undefined
  readonly reaskedAtMs: number | undefined
}

export interface BenchPeer {
  readonly child: Child
  /** How fellows reach it. */
  readonly addresses: readonly string[]
  share(path: string, signal: AbortSignal): Promise<Shared>
  fetch(request: FetchRequest, signal: AbortSignal): Promise<Fetching>
  /** Begins to listen for the loss of one source; absent where the program does not tell. */
  watchLosses?(source: BenchPeer, signal: AbortSignal): Promise<() => Losses>
  /** Payload given to others so far, of all it shares; absent where the program does not tell. */
  sentBytes?(): Promise<number>
  stop(): Promise<void>
}

export interface Contender {
  readonly name: ContenderName
  readonly version: string
  /** How its connections are encrypted in these runs. */
  readonly encryption: string
  readonly remarks: readonly string[]
  /** Why it cannot run a scenario at all; undefined when it can. */
  cannot(scenario: string): string | undefined
  start(options: PeerOptions): Promise<BenchPeer>
}

/** From the start of a process to its ready line. Far above every budget: it only ends what hangs. */
export const READY_TIMEOUT_MS = 30_000
