/** What the benchmark and a rival's process say to each other over IPC: calls with a number, answers with the same number. */

export interface RivalOptions {
  readonly dir: string
  readonly limitUpBytesPerSecond?: number
  readonly persistent?: boolean
}

export interface RivalFetch {
  readonly links: readonly string[]
  readonly fellows: readonly string[]
  readonly destination: string
}

/** The calls a rival's process answers. */
export interface RivalPeer {
  readonly addresses: readonly string[]
  share(path: string): Promise<{ link: string; indexMs: number }>
  /** Resolves when everything is on disk under its final name. */
  fetch(request: RivalFetch): Promise<{ finishedAtMs: number; path: string }>
  receivedBytes(): number
}

export type Call =
  | { readonly id: number; readonly call: 'share'; readonly path: string }
  | { readonly id: number; readonly call: 'fetch'; readonly request: RivalFetch }
  | { readonly id: number; readonly call: 'receivedBytes' }

export type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string }

export const READY_PREFIX = 'ready '
