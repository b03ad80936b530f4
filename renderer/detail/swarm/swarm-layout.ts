/**
 * Where peers stand around us: on one ellipse while they fit, on several when there are many, evenly along each. The n-th
 * peer keeps its place in the order, so that a picture changes little when somebody comes. Pure. Rule [UI46].
 */

export interface Place {
  /** CSS pixels from the middle. */
  readonly x: number
  readonly y: number
}

export interface SwarmPlan {
  readonly places: readonly Place[]
  /** CSS pixels. */
  readonly peerRadius: number
  readonly ownRadius: number
  /** Whether there is room for every name. */
  readonly isNamed: boolean
}

/** Up to so many peers, what radius; names are written up to MAX_NAMED. */
const RADII = [
  [6, 27],
  [12, 23],
  [24, 18],
  [60, 13],
  [120, 10],
] as const
const LEAST_RADIUS = 7
const MAX_NAMED = 24
/** Room for names beside the outermost peers, CSS pixels. */
const NAME_WIDTH = 64
const NAME_HEIGHT = 42
/** Between two neighbours: their names, or only themselves. */
const NAMED_APART = 92
const APART = 8
/** The innermost ring, as a part of the outermost: nearer, lines would be too short to see anything move. */
const INNERMOST = 0.42
const SAMPLES = 360

export function planSwarm(count: number, width: number, height: number): SwarmPlan {
  const isNamed = count <= MAX_NAMED
  const room = Math.min(width, height)
  const wanted = RADII.find(([upTo]) => count <= upTo)?.[1] ?? LEAST_RADIUS
  const peerRadius = Math.max(LEAST_RADIUS, Math.min(wanted, room / 16))
  const ownRadius = Math.max(18, Math.min(40, room / 11))
  const rx = Math.max(ownRadius * 2, width / 2 - peerRadius - (isNamed ? NAME_WIDTH : 10))
  const ry = Math.max(ownRadius * 1.7, height / 2 - peerRadius - (isNamed ? NAME_HEIGHT : 10))
  const apart = peerRadius * 2 + (isNamed ? Math.max(APART, NAMED_APART - peerRadius * 2) : APART)
  const rings = ringsFor(count, rx, ry, apart, peerRadius)
  return { places: placesOn(rings, count), peerRadius, ownRadius, isNamed }
}

interface Ring {
  readonly rx: number
  readonly ry: number
  readonly perimeter: number
}

function ringsFor(count: number, rx: number, ry: number, apart: number, peerRadius: number): Ring[] {
  const step = (peerRadius * 2 + APART) / Math.max(1, Math.min(rx, ry))
  const most = Math.max(1, Math.floor((1 - INNERMOST) / step) + 1)
  for (let rings = 1; ; rings++) {
    // Rings spread over what there is, once there is more than one.
    const gap = rings === 1 ? 0 : Math.min((1 - INNERMOST) / (rings - 1), 0.26)
    const made = Array.from({ length: rings }, (_, at) => ring(rx * (1 - gap * at), ry * (1 - gap * at)))
    const capacity = made.reduce((sum, { perimeter }) => sum + Math.floor(perimeter / apart), 0)
    if (capacity >= count || rings >= most) return made
  }
}

/** Ramanujan's second approximation. */
function ring(rx: number, ry: number): Ring {
  const h = ((rx - ry) / (rx + ry)) ** 2
  return { rx, ry, perimeter: Math.PI * (rx + ry) * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h))) }
}

function placesOn(rings: readonly Ring[], count: number): Place[] {
  const total = rings.reduce((sum, { perimeter }) => sum + perimeter, 0)
  let left = count
  const byRing = rings.map((one, at) => {
    const share = at === rings.length - 1 ? left : Math.min(left, Math.round((count * one.perimeter) / total))
    left -= share
    return evenly(one, share, at)
  })
  // Around the middle, whatever the ring: neighbours in the order are neighbours in the picture.
  return byRing.flat().sort((a, b) => a.turn - b.turn)
}

/** `count` places at equal distances along the ellipse, beginning at the top; every other ring is turned by half a step. */
function evenly({ rx, ry }: Ring, count: number, ringAt: number): (Place & { turn: number })[] {
  if (count === 0) return []
  const lengths = [0]
  const point = (sample: number) => {
    const angle = (sample / SAMPLES) * 2 * Math.PI - Math.PI / 2
    return { x: rx * Math.cos(angle), y: ry * Math.sin(angle) }
  }
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const a = point(sample - 1)
    const b = point(sample)
    lengths.push((lengths[sample - 1] ?? 0) + Math.hypot(b.x - a.x, b.y - a.y))
  }
  const whole = lengths[SAMPLES] ?? 1
  const places: (Place & { turn: number })[] = []
  // Two stand beside us, where a window has more room than above and below.
  const turned = count === 2 ? 0.25 : 0
  let sample = 0
  for (let at = 0; at < count; at++) {
    const wanted = (((at + (ringAt % 2) / 2) / count + turned) * whole) % whole
    while (sample < SAMPLES && (lengths[sample + 1] ?? whole) < wanted) sample += 1
    const from = lengths[sample] ?? 0
    const part = (wanted - from) / Math.max(1e-9, (lengths[sample + 1] ?? whole) - from)
    places.push({ ...point(sample + part), turn: (sample + part) / SAMPLES })
  }
  return places
}
