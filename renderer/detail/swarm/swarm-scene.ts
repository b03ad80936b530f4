/**
 * The picture of the swarm as a state that moves: who stands where, who is coming, who is leaving. It is told facts and the
 * time, moves what moves, and says whether anything does; it draws nothing. Pure. Rules [UI46] [UI47].
 */
import type { PeerFact, SwarmFacts } from './swarm-facts-of.ts'
import { type Place, planSwarm, type SwarmPlan } from './swarm-layout.ts'

export interface SceneNode {
  readonly peer: string
  fact: PeerFact
  /** CSS pixels from the middle. */
  x: number
  y: number
  /** 0: not there yet, or not there any more; 1: all there. */
  presence: number
  /** Where it is going. */
  goal: Place
  /** Since when it has left, ms since the epoch; it drifts off and fades. */
  leftAt: number | undefined
}

/** How long one that left is still shown. */
export const GHOST_MS = 20_000
/** Half of the way to its place takes this long. */
const HALF_WAY_MS = 110
/** Those that come start this much farther out than their place. */
const OUTSIDE = 1.3
/** Those that leave drift this much farther out while they fade. */
const DRIFT = 0.07
const STILL = 0.4
/** Ghosts at once; the oldest go. */
const MAX_GHOSTS = 60

export class SwarmScene {
  /** At most MAX_DRAWN here, and MAX_GHOSTS that left. */
  private readonly nodes = new Map<string, SceneNode>()
  /** The order of the places: as they came, ghosts included. */
  private order: string[] = []
  plan: SwarmPlan = planSwarm(0, 600, 400)
  complete = 0
  private width = 600
  private height = 400

  /** Those that are here first, then ghosts. */
  get all(): readonly SceneNode[] {
    return [...this.nodes.values()]
  }

  get(peer: string): SceneNode | undefined {
    return this.nodes.get(peer)
  }

  resize(width: number, height: number, isStill: boolean): void {
    this.width = width
    this.height = height
    this.arrange()
    if (isStill) this.settle()
  }

  update(facts: SwarmFacts, nowAt: number): void {
    this.complete = facts.complete
    const here = new Set<string>()
    let isOther = false
    for (const fact of facts.peers) {
      const node = this.nodes.get(fact.peer)
      if (fact.condition === 'gone') {
        if (node !== undefined) leave(node, Math.max(fact.lastSeenAt, nowAt - GHOST_MS / 2))
        continue
      }
      here.add(fact.peer)
      if (node === undefined) {
        this.nodes.set(fact.peer, newcomer(fact))
        this.order.push(fact.peer)
        isOther = true
      } else {
        // One that returns has its place still.
        node.leftAt = undefined
        node.fact = fact
      }
    }
    for (const node of this.nodes.values()) if (!here.has(node.peer)) leave(node, nowAt)
    if (this.forgetGhosts(nowAt) || isOther) this.arrange()
  }

  /** Moves everything by `elapsedMs`; true while something is on its way. */
  step(nowAt: number, elapsedMs: number): boolean {
    const part = 1 - 0.5 ** (elapsedMs / HALF_WAY_MS)
    if (this.forgetGhosts(nowAt)) this.arrange()
    let isMoving = false
    for (const node of this.nodes.values()) {
      const left = node.leftAt === undefined ? 0 : (nowAt - node.leftAt) / GHOST_MS
      const away = 1 + DRIFT * left
      const dx = node.goal.x * away - node.x
      const dy = node.goal.y * away - node.y
      const presence = node.leftAt === undefined ? 1 : 0.7 * (1 - left) + 0.1
      if (Math.abs(dx) < STILL && Math.abs(dy) < STILL && Math.abs(presence - node.presence) < 0.02) {
        node.x += dx
        node.y += dy
        node.presence = presence
        continue
      }
      node.x += dx * part
      node.y += dy * part
      node.presence += (presence - node.presence) * part
      isMoving = true
    }
    return isMoving
  }

  /** Everything is where it is going: for those who want nothing to move. */
  settle(): void {
    for (const node of this.nodes.values()) {
      node.x = node.goal.x
      node.y = node.goal.y
      node.presence = node.leftAt === undefined ? 1 : 0.6
    }
  }

  get hasGhosts(): boolean {
    for (const { leftAt } of this.nodes.values()) if (leftAt !== undefined) return true
    return false
  }

  get hasSuspects(): boolean {
    return this.order.some((peer) => this.nodes.get(peer)?.fact.condition === 'suspect')
  }

  /** The peer at a point, CSS pixels from the middle. */
  at(x: number, y: number): string | undefined {
    let best: string | undefined
    let bestDistance = this.plan.peerRadius + 8
    for (const node of this.nodes.values()) {
      const distance = Math.hypot(node.x - x, node.y - y)
      if (distance >= bestDistance) continue
      best = node.peer
      bestDistance = distance
    }
    return best
  }

  /** The next one around the middle; `by` is 1 or -1. */
  next(peer: string | undefined, by: 1 | -1): string | undefined {
    const order = this.order.filter((one) => this.nodes.get(one)?.leftAt === undefined)
    if (order.length === 0) return undefined
    const at = peer === undefined ? -1 : order.indexOf(peer)
    if (at < 0) return by === 1 ? order[0] : order.at(-1)
    return order[(at + by + order.length) % order.length]
  }

  /** A place is kept until its ghost has faded: the others do not jump when somebody leaves. */
  private forgetGhosts(nowAt: number): boolean {
    const ghosts = [...this.nodes.values()].filter(({ leftAt }) => leftAt !== undefined)
    ghosts.sort((a, b) => (a.leftAt ?? 0) - (b.leftAt ?? 0))
    const over = ghosts.filter(({ leftAt }, at) => nowAt - (leftAt ?? 0) >= GHOST_MS || at < ghosts.length - MAX_GHOSTS)
    for (const { peer } of over) this.nodes.delete(peer)
    if (over.length > 0) this.order = this.order.filter((peer) => this.nodes.has(peer))
    return over.length > 0
  }

  private arrange(): void {
    this.plan = planSwarm(this.order.length, this.width, this.height)
    for (const [at, peer] of this.order.entries()) {
      const node = this.nodes.get(peer)
      const goal = this.plan.places[at]
      if (node === undefined || goal === undefined) continue
      node.goal = goal
      if (node.presence > 0) continue
      node.x = goal.x * OUTSIDE
      node.y = goal.y * OUTSIDE
      node.presence = 0.01
    }
  }
}

function leave(node: SceneNode, at: number): void {
  node.leftAt ??= at
}

function newcomer(fact: PeerFact): SceneNode {
  return { peer: fact.peer, fact, x: 0, y: 0, presence: 0, goal: { x: 0, y: 0 }, leftAt: undefined }
}
