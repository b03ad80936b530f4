/**
 * How one chunk is drawn: which colour of the palette and which mark, by what the user wants to see (state, supplier,
 * copies, age). The mark says the same as the colour, for those who do not see colours apart. Also the buckets of the
 * legends, so that picture and legend cannot disagree. Pure. Rules [UI42] [UI43].
 */
import { AGE_UNKNOWN } from '../../shared/contract/chunk-states.ts'
import { type ChunkMap, STATE_CODE } from './chunk-map.ts'
import { lookOf, PEER_COLORS } from './peer-color.ts'

export const COLOURINGS = ['state', 'supplier', 'availability', 'age'] as const
export type Colouring = (typeof COLOURINGS)[number]

/** The palette: tokens in the order of the ink numbers. */
export const INK_TOKENS = [
  '--chunk-skipped',
  '--chunk-missing',
  '--chunk-wanted',
  '--chunk-in-flight',
  '--chunk-have',
  '--chunk-rejected',
  '--peer-unknown',
  ...Array.from({ length: PEER_COLORS }, (_, at) => `--peer-${at + 1}`),
  '--scale-0',
  '--scale-1',
  '--scale-2',
  '--scale-3',
  '--scale-4',
] as const
/** Ink 0 to 5 are the states, in the order of CHUNK_STATES. */
export const UNKNOWN_INK = 6
const FIRST_PEER_INK = UNKNOWN_INK + 1
const FIRST_SCALE_INK = FIRST_PEER_INK + PEER_COLORS

/** `level-N`: filled from below to N quarters. */
export const MARKS = [
  'solid',
  'hollow',
  'notch',
  'cross',
  'dot',
  'stripes',
  'dots',
  'frame',
  'level-0',
  'level-1',
  'level-2',
  'level-3',
] as const
export type Mark = (typeof MARKS)[number]
const MARK_CODE = Object.fromEntries(MARKS.map((mark, code) => [mark, code])) as Record<Mark, number>

const STATE_MARKS: readonly Mark[] = ['dot', 'hollow', 'solid', 'notch', 'solid', 'cross']
const PEER_MARKS: readonly Mark[] = ['solid', 'stripes', 'dots', 'frame']
const LEVEL_MARKS: readonly Mark[] = ['level-0', 'level-1', 'level-2', 'level-3', 'solid']

export interface Look {
  /** Index into INK_TOKENS. */
  readonly ink: number
  readonly mark: Mark
}

/** Ink in the low byte, mark in the next: one number a chunk, so that drawing allocates nothing. */
export function packedLook(look: Look): number {
  return look.ink | (MARK_CODE[look.mark] << 8)
}

export const stateLook = (code: number): Look => ({ ink: code, mark: STATE_MARKS[code] ?? 'solid' })
export const UNKNOWN_LOOK: Look = { ink: UNKNOWN_INK, mark: 'solid' }
export function supplierLook(number: number): Look {
  const { color, pattern } = lookOf(number)
  return { ink: FIRST_PEER_INK + color - 1, mark: PEER_MARKS[pattern] ?? 'solid' }
}
export const levelLook = (level: number): Look => ({
  ink: FIRST_SCALE_INK + level,
  mark: LEVEL_MARKS[level] ?? 'solid',
})

/** Copies from which on a bucket counts, few to many. */
export const COPIES_FROM = [0, 1, 2, 3, 5] as const
/** Ages in seconds up to which a bucket counts, old to new. */
export const AGE_UP_TO_SECONDS = [Number.POSITIVE_INFINITY, 3_600, 600, 60, 10] as const

export function copiesLevel(copies: number): number {
  let level = 0
  for (let at = 1; at < COPIES_FROM.length; at++) if (copies >= (COPIES_FROM[at] ?? 0)) level = at
  return level
}

export function ageLevel(ageSeconds: number): number {
  let level = 0
  for (let at = 1; at < AGE_UP_TO_SECONDS.length; at++) if (ageSeconds <= (AGE_UP_TO_SECONDS[at] ?? 0)) level = at
  return level
}

const HAVE = STATE_CODE.have
const STATES = STATE_MARKS.map((_, code) => packedLook(stateLook(code)))
const LEVELS = LEVEL_MARKS.map((_, level) => packedLook(levelLook(level)))
const UNKNOWN = packedLook(UNKNOWN_LOOK)

/** What colours a chunk now; `supplierNumber` gives the look of the map's peer with that position. */
export interface InkFacts {
  readonly colouring: Colouring
  /** Seconds since the map's `startedAt`. */
  readonly nowSeconds: number
  /** Packed looks of the map's peers, by position. */
  readonly supplierLooks: readonly number[]
}

/** Packed look of one chunk. Chunks that are not here keep the look of their state, but for copies: those all have some. */
export function inkOf(map: ChunkMap, index: number, facts: InkFacts): number {
  const state = map.states[index] ?? 0
  switch (facts.colouring) {
    case 'state':
      return STATES[state] ?? 0
    case 'supplier': {
      if (state !== HAVE) return STATES[state] ?? 0
      return facts.supplierLooks[(map.suppliers[index] ?? 0) - 1] ?? UNKNOWN
    }
    case 'availability':
      return LEVELS[copiesLevel(map.availability[index] ?? 0)] ?? 0
    case 'age': {
      if (state !== HAVE) return STATES[state] ?? 0
      const arrival = map.arrivals[index] ?? AGE_UNKNOWN
      if (arrival === AGE_UNKNOWN) return UNKNOWN
      return LEVELS[ageLevel(facts.nowSeconds - arrival)] ?? 0
    }
  }
}
