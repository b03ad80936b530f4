/**
 * One peer of the picture, and we in its middle: a pie of completeness with a name. What is true of a peer is told by shape
 * as well as by colour: a second ring is complete, a broken ring is suspect, a cross is banned, a pale one has left.
 * Rules [UI46] [UI47].
 */
import { visible } from '../../../shared/format/visible.ts'
import type { SwarmPlan } from './swarm-layout.ts'
import type { PaintFacts } from './swarm-painter.ts'
import type { SceneNode, SwarmScene } from './swarm-scene.ts'

const NAME_LENGTH = 16
const FULL = Math.PI * 2
const TOP = -Math.PI / 2

export function drawOwn(context: CanvasRenderingContext2D, { plan, complete }: SwarmScene, facts: PaintFacts): void {
  const { palette, words } = facts
  const r = plan.ownRadius
  context.globalAlpha = 1
  disc(context, 0, 0, r + 5, palette('--bg'))
  disc(context, 0, 0, r, palette('--accent-soft'))
  pie(context, 0, 0, r, complete, palette('--accent'))
  ring(context, 0, 0, r, 2, palette('--accent'))
  if (complete >= 1) ring(context, 0, 0, r + 5, 2, palette('--accent'))
  const rim = palette('--accent-soft')
  text(context, words.you, 0, -7, 650, Math.min(13, r * 0.36), palette('--text'), words.font, rim)
  text(context, words.percent(complete), 0, 9, 600, Math.min(13, r * 0.36), palette('--text'), words.font, rim)
}

export function drawPeer(context: CanvasRenderingContext2D, node: SceneNode, plan: SwarmPlan, facts: PaintFacts): void {
  const { palette, words, chosen, pulse } = facts
  const { fact, x, y } = node
  const isGhost = node.leftAt !== undefined
  const isGrey = isGhost || fact.condition === 'suspect' || fact.condition === 'banned'
  const color = palette(isGrey ? '--text-faint' : `--peer-${facts.colorOf(node.peer)}`)
  const r = plan.peerRadius * (isGhost ? 0.85 : 0.55 + 0.45 * node.presence)
  context.globalAlpha = Math.max(0, Math.min(1, node.presence))
  disc(context, x, y, r + 3, palette('--bg'))
  disc(context, x, y, r, palette('--surface-raised'))
  if (fact.complete !== undefined) pie(context, x, y, r, fact.complete, color)
  const isBroken = isGhost || fact.condition === 'suspect'
  ring(context, x, y, r, 1.75, color, isBroken ? [3, 3] : [])
  if (fact.complete === 1 && !isGhost) ring(context, x, y, r + 4, 1.5, color)
  if (fact.condition === 'suspect' && !isGhost) ring(context, x, y, r + 5 + pulse * 5, 2, palette('--warning'), [4, 4])
  if (fact.condition === 'banned') cross(context, x, y, r, palette('--danger'))
  if (node.peer === chosen) ring(context, x, y, r + 8, 2, palette('--focus'))
  if (!plan.isNamed && node.peer !== chosen && !isGhost) {
    context.globalAlpha = 1
    return
  }
  const name = shorten(visible(fact.name))
  const second = secondLine(node, facts)
  // On the far side of the peer, where no line runs.
  const nameAt = y < -1 ? y - r - (second === '' ? 15 : 28) : y + r + 16
  const isNumerous = !plan.isNamed && isGhost
  if (!isNumerous) text(context, name, x, nameAt, 560, 12, palette('--text'), words.font, palette('--bg'))
  if (second !== '' && !isNumerous)
    text(context, second, x, nameAt + 14, 450, 11, palette('--text-muted'), words.font, palette('--bg'))
  context.globalAlpha = 1
}

function secondLine(node: SceneNode, { words, nowAt, counts }: PaintFacts): string {
  if (node.leftAt !== undefined) return words.left(node.leftAt, nowAt)
  const counted = counts?.get(node.peer)
  if (counted !== undefined) return words.counted(counted)
  const { downBytesPerSecond, upBytesPerSecond } = node.fact
  return downBytesPerSecond + upBytesPerSecond > 0 ? words.rates(downBytesPerSecond, upBytesPerSecond) : ''
}

function shorten(name: string): string {
  const letters = [...name]
  return letters.length <= NAME_LENGTH ? name : `${letters.slice(0, NAME_LENGTH - 1).join('')}…`
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, r: number, color: string): void {
  context.fillStyle = color
  context.beginPath()
  context.arc(x, y, r, 0, FULL)
  context.fill()
}

function pie(context: CanvasRenderingContext2D, x: number, y: number, r: number, part: number, color: string): void {
  if (part <= 0) return
  const before = context.globalAlpha
  context.globalAlpha = before * 0.62
  context.fillStyle = color
  context.beginPath()
  context.moveTo(x, y)
  context.arc(x, y, r, TOP, TOP + FULL * Math.min(1, part))
  context.closePath()
  context.fill()
  context.globalAlpha = before
}

function ring(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  r: number,
  width: number,
  color: string,
  dash: readonly number[] = [],
): void {
  context.strokeStyle = color
  context.lineWidth = width
  context.setLineDash([...dash])
  context.beginPath()
  context.arc(x, y, r, 0, FULL)
  context.stroke()
  context.setLineDash([])
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, r: number, color: string): void {
  context.strokeStyle = color
  context.lineWidth = 2.5
  context.beginPath()
  context.moveTo(x - r, y - r)
  context.lineTo(x + r, y + r)
  context.moveTo(x + r, y - r)
  context.lineTo(x - r, y + r)
  context.stroke()
}

/** With a rim of the background, so that it is read over lines. */
function text(
  context: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  weight: number,
  size: number,
  color: string,
  font: string,
  rim: string,
): void {
  context.font = `${weight} ${size}px ${font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.lineWidth = 3.5
  context.strokeStyle = rim
  context.strokeText(words, x, y)
  context.fillStyle = color
  context.fillText(words, x, y)
}
