/**
 * The announcement of one share in one DHT, as states and transitions (SPEC [NE80]-[NE85]); pure.
 *
 *   waiting --due--> running --somebody took it--> announced --due again--> running
 *                       |`--nobody there--> waiting
 *                       `--nobody took it--> failed --due--> running
 *
 * `accepted` are the peers that took the record in the newest finished round, `offered` those and the nearest ones that
 * were known when it began. An announcement made while alone reaches nobody; so newcomers, nearest ones that it was not
 * offered to, make it due again. One that was offered it and cannot be reached does not.
 */
import type { Announcement } from '../../../shared/contract/model.ts'
import { reannounceDelayMs } from './backoff.ts'

/**
 * Records live 48 h at others, and go-libp2p keeps addresses of providers for 24 h: refresh before either ends. LAN
 * peers hold records in memory and are restarted at will, and a round there costs milliseconds.
 */
export const REFRESH_MS: Record<Announcement['route'], number> = {
  'lan-dht': 3 * 60 * 60 * 1000,
  'internet-dht': 22 * 60 * 60 * 1000,
}
/** With an empty table there is nobody to tell; a peer that enters it wakes us, so this is only the safety net. */
const LONELY_RECHECK_MS = 60_000
/** Newcomers come in groups (a class, a restarted router): gather them for a moment. */
const NEWCOMERS_AFTER_MS = 1000
/** Between two rounds for newcomers' sake. */
const MIN_ROUND_GAP_MS = 5000
const NEW_ADDRESS_AFTER_MS: Record<Announcement['route'], number> = { 'lan-dht': 2000, 'internet-dht': 60_000 }
/** The first address that leads here from outside: until then the record was of no use to anybody. */
const FIRST_ADDRESS_AFTER_MS = 5_000
/** A DHT spreads a record over so many peers; the public one is well announced with half of them. */
export const REPLICATION = 20
const WELL_ANNOUNCED = 10

export type AnnounceState =
  | { readonly state: 'waiting'; readonly dueAt: number }
  | { readonly state: 'running'; readonly startedAt: number; readonly before: Finished | undefined }
  | ({ readonly state: 'announced'; readonly dueAt: number } & Finished)
  | {
      readonly state: 'failed'
      readonly dueAt: number
      readonly failures: number
      readonly before: Finished | undefined
      /** Peers that did not take it this time. */
      readonly offered: ReadonlySet<string>
    }

export interface Finished {
  readonly lastAt: number
  readonly accepted: ReadonlySet<string>
  readonly offered: ReadonlySet<string>
}

export function dueAt(state: AnnounceState): number | undefined {
  return state.state === 'running' ? undefined : state.dueAt
}

export function started(state: AnnounceState, now: number): AnnounceState {
  return { state: 'running', startedAt: now, before: finishedOf(state) }
}

export interface RoundResult {
  readonly route: Announcement['route']
  readonly accepted: ReadonlySet<string>
  /** Nearest peers in our table when the round began. */
  readonly nearestAtStart: readonly string[]
  readonly tablePeers: number
  readonly now: number
  readonly random: number
  /** Failures in a row before this round. */
  readonly failures: number
}

export function finished(state: AnnounceState, result: RoundResult): AnnounceState {
  const { accepted, tablePeers, now, random } = result
  if (accepted.size > 0) {
    const offered = new Set([...accepted, ...result.nearestAtStart])
    // Spread over an hour, so that a thousand shares made together are not refreshed together.
    const refreshAt = now + REFRESH_MS[result.route] - random * 3_600_000
    return { state: 'announced', lastAt: now, accepted, offered, dueAt: refreshAt }
  }
  if (tablePeers === 0) return { state: 'waiting', dueAt: now + LONELY_RECHECK_MS }
  const failures = result.failures + 1
  return {
    state: 'failed',
    failures,
    before: finishedOf(state),
    offered: new Set(result.nearestAtStart),
    dueAt: now + reannounceDelayMs(failures, random),
  }
}

/** The table has new peers; `nearest` are those nearest to the share now. */
export function newcomers(
  route: Announcement['route'],
  state: AnnounceState,
  nearest: readonly string[],
  now: number,
): AnnounceState {
  if (state.state === 'running' || nearest.length === 0) return state
  if (state.state === 'announced') {
    if (route === 'internet-dht' && state.accepted.size >= WELL_ANNOUNCED) return state
    if (nearest.every((peer) => state.offered.has(peer))) return state
    return sooner(state, Math.max(now + NEWCOMERS_AFTER_MS, state.lastAt + MIN_ROUND_GAP_MS))
  }
  // Nobody has the record: every moment counts, once there is somebody else to ask.
  if (state.state === 'waiting') return sooner(state, now)
  return nearest.every((peer) => state.offered.has(peer)) ? state : sooner(state, now + NEWCOMERS_AFTER_MS)
}

/** A peer that took the record has gone; a LAN peer keeps records in memory only, so it may come back without. */
export function peerLeft(state: AnnounceState, peer: string): AnnounceState {
  if (state.state !== 'announced' || !state.offered.has(peer)) return state
  return { ...state, accepted: without(state.accepted, peer), offered: without(state.offered, peer) }
}

/** Our addresses have changed: the records lead nowhere. `isFirst`: none of those before led here from outside. */
export function readdressed(
  route: Announcement['route'],
  state: AnnounceState,
  now: number,
  isFirst: boolean,
): AnnounceState {
  const afterMs = Math.min(NEW_ADDRESS_AFTER_MS[route], isFirst ? FIRST_ADDRESS_AFTER_MS : Number.POSITIVE_INFINITY)
  return state.state === 'announced' ? sooner(state, now + afterMs) : state
}

export function toAnnouncement(route: Announcement['route'], state: AnnounceState): Announcement {
  const last = finishedOf(state)
  const next = dueAt(state)
  return {
    route,
    state: state.state,
    peers: last?.accepted.size ?? 0,
    ...(last === undefined ? {} : { lastAt: last.lastAt }),
    ...(next === undefined ? {} : { nextAt: Math.round(next) }),
  }
}

function finishedOf(state: AnnounceState): Finished | undefined {
  switch (state.state) {
    case 'waiting':
      return undefined
    case 'announced':
      return { lastAt: state.lastAt, accepted: state.accepted, offered: state.offered }
    case 'running':
    case 'failed':
      return state.before
  }
}

function without(peers: ReadonlySet<string>, gone: string): ReadonlySet<string> {
  return new Set([...peers].filter((peer) => peer !== gone))
}

function sooner<S extends { readonly dueAt: number }>(state: S, at: number): S {
  return at < state.dueAt ? { ...state, dueAt: at } : state
}
