/**
 * The legend of the chunk map: what each look means and how many chunks have it now. It counts from the map's own counts
 * where it can, and goes over the chunks only for copies and ages, as often as its caller likes. Pure. Rules [UI42] [UI43].
 */
import { AGE_UNKNOWN, CHUNK_STATES, type ChunkState } from '../../shared/contract/chunk-states.ts'
import {
  AGE_UP_TO_SECONDS,
  ageLevel,
  COPIES_FROM,
  type Colouring,
  copiesLevel,
  type Look,
  levelLook,
  stateLook,
  supplierLook,
  UNKNOWN_LOOK,
} from './chunk-ink.ts'
import { type ChunkMap, STATE_CODE } from './chunk-map.ts'
import type { PeerLooks } from './peer-color.ts'

export type LegendMeaning =
  | { readonly kind: 'state'; readonly state: ChunkState }
  | { readonly kind: 'peer'; readonly peer: string }
  /** Here, and nobody is known to have delivered it in this run. */
  | { readonly kind: 'peer-unknown' }
  /** Peers beyond those that are listed. */
  | { readonly kind: 'more-peers'; readonly peers: number }
  /** `to` undefined: or more. */
  | { readonly kind: 'copies'; readonly from: number; readonly to: number | undefined }
  | { readonly kind: 'age'; readonly upToMs: number | undefined }
  | { readonly kind: 'age-unknown' }

export interface LegendEntry {
  readonly key: string
  readonly look: Look | undefined
  readonly meaning: LegendMeaning
  readonly chunks: number
}

/** Peers named in the legend; the others are one entry. All of them are in the table of peers. */
const MAX_PEERS_NAMED = 16
/** As they are told: what is here first. */
const STATE_ORDER: readonly ChunkState[] = ['have', 'in-flight', 'wanted', 'missing', 'rejected', 'skipped']
const HAVE = STATE_CODE.have

export function legendOf(map: ChunkMap, colouring: Colouring, looks: PeerLooks, nowAt: number): LegendEntry[] {
  switch (colouring) {
    case 'state':
      return STATE_ORDER.map((state) => stateEntry(map, state)).filter(isThere)
    case 'supplier':
      return [...supplierEntries(map, looks), ...statesNotHere(map)]
    case 'availability':
      return copiesEntries(map)
    case 'age':
      return [...ageEntries(map, nowAt), ...statesNotHere(map)]
  }
}

const isThere = ({ chunks }: LegendEntry) => chunks > 0

function stateEntry(map: ChunkMap, state: ChunkState): LegendEntry {
  return {
    key: state,
    look: stateLook(CHUNK_STATES.indexOf(state)),
    meaning: { kind: 'state', state },
    chunks: map.countOf(state),
  }
}

function statesNotHere(map: ChunkMap): LegendEntry[] {
  return STATE_ORDER.filter((state) => state !== 'have')
    .map((state) => stateEntry(map, state))
    .filter(isThere)
}

function supplierEntries(map: ChunkMap, looks: PeerLooks): LegendEntry[] {
  const suppliers = map.peers
    .map((peer, at) => ({ peer, chunks: map.delivered[at + 1] ?? 0 }))
    .filter(({ chunks }) => chunks > 0)
    .sort((a, b) => b.chunks - a.chunks)
  const named = suppliers.slice(0, MAX_PEERS_NAMED).map(
    ({ peer, chunks }): LegendEntry => ({
      key: peer,
      look: supplierLook(looks.numberOf(peer)),
      meaning: { kind: 'peer', peer },
      chunks,
    }),
  )
  const rest = suppliers.slice(MAX_PEERS_NAMED)
  if (rest.length > 0)
    named.push({
      key: 'more',
      look: undefined,
      meaning: { kind: 'more-peers', peers: rest.length },
      chunks: rest.reduce((sum, { chunks }) => sum + chunks, 0),
    })
  const unknown = map.delivered[0] ?? 0
  if (unknown > 0)
    named.push({ key: 'unknown', look: UNKNOWN_LOOK, meaning: { kind: 'peer-unknown' }, chunks: unknown })
  return named
}

function copiesEntries(map: ChunkMap): LegendEntry[] {
  const byLevel = COPIES_FROM.map(() => 0)
  for (let index = 0; index < map.chunkCount; index++) {
    const level = copiesLevel(map.availability[index] ?? 0)
    byLevel[level] = (byLevel[level] ?? 0) + 1
  }
  return COPIES_FROM.map((from, level): LegendEntry => {
    const next = COPIES_FROM[level + 1]
    return {
      key: `copies-${from}`,
      look: levelLook(level),
      meaning: { kind: 'copies', from, to: next === undefined ? undefined : next - 1 },
      chunks: byLevel[level] ?? 0,
    }
  }).filter(isThere)
}

function ageEntries(map: ChunkMap, nowAt: number): LegendEntry[] {
  const nowSeconds = (nowAt - map.startedAt) / 1_000
  const byLevel = AGE_UP_TO_SECONDS.map(() => 0)
  let unknown = 0
  for (let index = 0; index < map.chunkCount; index++) {
    if (map.states[index] !== HAVE) continue
    const arrival = map.arrivals[index] ?? AGE_UNKNOWN
    if (arrival === AGE_UNKNOWN) unknown += 1
    else {
      const level = ageLevel(nowSeconds - arrival)
      byLevel[level] = (byLevel[level] ?? 0) + 1
    }
  }
  const entries = AGE_UP_TO_SECONDS.map(
    (upTo, level): LegendEntry => ({
      key: `age-${level}`,
      look: levelLook(level),
      meaning: { kind: 'age', upToMs: Number.isFinite(upTo) ? upTo * 1_000 : undefined },
      chunks: byLevel[level] ?? 0,
    }),
  ).reverse()
  entries.push({ key: 'age-unknown', look: UNKNOWN_LOOK, meaning: { kind: 'age-unknown' }, chunks: unknown })
  return entries.filter(isThere)
}
