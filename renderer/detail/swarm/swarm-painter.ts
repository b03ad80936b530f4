/**
 * Draws the swarm: below, who is there and how they are connected, drawn when something changed; above, the chunks on their
 * way, drawn each frame. Everything by the tokens. It knows no facts but those of the scene. Rules [UI46] [UI47].
 */
import type { Palette } from '../canvas/palette.ts'
import { DOT_MS, type Dot, isOutward, type MoveCount } from './swarm-moves.ts'
import { drawOwn, drawPeer } from './swarm-pies.ts'
import type { SceneNode, SwarmScene } from './swarm-scene.ts'
import type { DotSprites } from './swarm-sprites.ts'

export interface PaintFacts {
  readonly palette: Palette
  readonly scale: number
  readonly width: number
  readonly height: number
  /** The token's number of a peer's colour. */
  readonly colorOf: (peer: string) => number
  readonly chosen: string | undefined
  readonly nowAt: number
  /** 0 to 1 and back: for what pulses. */
  readonly pulse: number
  readonly words: PaintWords
  /** Chunks moved since the picture was opened, when nothing moves. */
  readonly counts: ReadonlyMap<string, MoveCount> | undefined
}

export interface PaintWords {
  readonly you: string
  readonly font: string
  percent(fraction: number): string
  left(leftAt: number, nowAt: number): string
  rates(downBytesPerSecond: number, upBytesPerSecond: number): string
  counted(count: MoveCount): string
}

/** Dashes of the line by path, CSS pixels; the legend draws the same. */
export const DASHES: Readonly<Record<NonNullable<SceneNode['fact']['path']>, readonly number[]>> = {
  lan: [],
  direct: [9, 5],
  relay: [2, 5],
  loopback: [14, 4, 2, 4],
}

/** From so many peers on lanes are paler, so that the peers stand out. */
const MANY = 50
/** How far the lanes of both directions bend from the straight line, as a part of its length. */
const BEND = 0.09
/** CSS pixels: 1 kB/s is a hair, and each ten times as much is this much wider. */
const HAIR = 0.8
const WIDER = 1.62
const WIDEST = 9

export function lineWidth(bytesPerSecond: number): number {
  if (bytesPerSecond <= 0) return 0
  return Math.min(WIDEST, Math.max(HAIR, HAIR * WIDER ** (Math.log10(bytesPerSecond) - 3)))
}

export function paintSwarm(context: CanvasRenderingContext2D, scene: SwarmScene, facts: PaintFacts): void {
  begin(context, facts)
  const nodes = scene.all
  const laneAlpha = nodes.length > MANY ? 0.3 : 0.5
  for (const node of nodes) drawLine(context, node, facts, laneAlpha)
  drawOwn(context, scene, facts)
  for (const node of nodes) drawPeer(context, node, scene.plan, facts)
}

export function paintMoves(
  context: CanvasRenderingContext2D,
  scene: SwarmScene,
  dots: readonly Dot[],
  sprites: DotSprites,
  facts: PaintFacts,
  nowMs: number,
): void {
  begin(context, facts)
  for (const dot of dots) {
    const node = scene.get(dot.peer)
    if (node === undefined || node.leftAt !== undefined || dot.startMs > nowMs) continue
    const { x, y } = placeOf(dot, node, scene, (nowMs - dot.startMs) / DOT_MS)
    sprites.draw(context, dot, dot.direction === 'down' ? `--peer-${facts.colorOf(dot.peer)}` : '--up', x, y)
  }
}

function begin(context: CanvasRenderingContext2D, { scale, width, height }: PaintFacts): void {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  context.setTransform(scale, 0, 0, scale, (width / 2) * scale, (height / 2) * scale)
}

function drawLine(
  context: CanvasRenderingContext2D,
  node: SceneNode,
  { palette, chosen }: PaintFacts,
  laneAlpha: number,
): void {
  const { fact } = node
  if (node.leftAt !== undefined || fact.condition === 'banned') return
  context.globalAlpha = node.presence * (fact.condition === 'suspect' ? 0.5 : 1)
  context.strokeStyle = palette(node.peer === chosen ? '--text-muted' : '--border-strong')
  context.lineWidth = node.peer === chosen ? 2 : 1.25
  context.setLineDash(fact.path === undefined ? [] : [...DASHES[fact.path]])
  context.beginPath()
  context.moveTo(0, 0)
  context.lineTo(node.x, node.y)
  context.stroke()
  context.setLineDash([])
  context.globalAlpha = node.presence * (node.peer === chosen ? 0.9 : laneAlpha)
  drawLane(context, node, 'down', lineWidth(fact.downBytesPerSecond), palette('--down'))
  drawLane(context, node, 'up', lineWidth(fact.upBytesPerSecond), palette('--up'))
  context.globalAlpha = 1
}

function drawLane(
  context: CanvasRenderingContext2D,
  node: SceneNode,
  direction: Dot['direction'],
  width: number,
  color: string,
): void {
  if (width === 0) return
  const bend = bendOf(node, direction)
  context.strokeStyle = color
  context.lineWidth = width
  context.beginPath()
  context.moveTo(0, 0)
  context.quadraticCurveTo(bend.x, bend.y, node.x, node.y)
  context.stroke()
}

/** The control point of a lane: downloads bend to one side, uploads to the other. */
function bendOf({ x, y }: SceneNode, direction: Dot['direction']) {
  const side = (direction === 'down' ? 1 : -1) * BEND * 2
  return { x: x / 2 - y * side, y: y / 2 + x * side }
}

/** From rim to rim along its lane, slow at both ends. */
function placeOf(dot: Dot, node: SceneNode, { plan }: SwarmScene, part: number): { x: number; y: number } {
  const length = Math.hypot(node.x, node.y)
  const eased = part * part * (3 - 2 * part)
  const from = plan.ownRadius / length
  const to = 1 - plan.peerRadius / length
  const t = isOutward(dot) ? from + (to - from) * eased : to - (to - from) * eased
  const bend = bendOf(node, dot.direction)
  return { x: 2 * t * (1 - t) * bend.x + t * t * node.x, y: 2 * t * (1 - t) * bend.y + t * t * node.y }
}
