/**
 * Brings the swarm's picture to life: listens to the replica and to the chunk feed, keeps the scene, and draws when there is
 * something to draw. Frames are asked for only while something moves; React is not asked at all. Rules [UI46] [UI47].
 */
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { isMotionReduced } from '../../app/appearance.ts'
import { useEngineStore } from '../../engine/hooks.ts'
import { type Palette, readPalette } from '../canvas/palette.ts'
import { type CanvasSize, useAppearance } from '../canvas/use-canvas.ts'
import type { ChunkFeed } from '../chunk-feed.ts'
import { swarmFacts } from './swarm-facts-of.ts'
import { SwarmMoves } from './swarm-moves.ts'
import { type PaintFacts, type PaintWords, paintMoves, paintSwarm } from './swarm-painter.ts'
import { SwarmScene } from './swarm-scene.ts'
import { DotSprites } from './swarm-sprites.ts'

/** Numbers that changed, and what fades or pulses without going anywhere, are drawn this often. */
const SLOW_MS = 95
/** The same where there are many peers: nothing is written beside them, and drawing all of them costs the most. */
const MANY_PEERS = 60
const MANY_SLOW_MS = 290
/** A window that was hidden does not catch up. */
const MAX_STEP_MS = 100
const PULSE_MS = 1_200

export interface SwarmPicture {
  readonly scene: SwarmScene
  /** Something was chosen: draw. */
  redraw(): void
}

export function useSwarmPicture(facts: {
  root: string
  feed: ChunkFeed
  size: CanvasSize | undefined
  below: RefObject<HTMLCanvasElement | null>
  above: RefObject<HTMLCanvasElement | null>
  words: PaintWords
  chosen: string | undefined
}): SwarmPicture {
  const { root, feed, size, below, above, words, chosen } = facts
  const { store } = useEngineStore()
  const appearance = useAppearance()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `appearance` says that the tokens are others now.
  const palette = useMemo(() => readPalette(), [appearance])
  const parts = useMemo(() => ({ root, scene: new SwarmScene(), moves: new SwarmMoves() }), [root])
  const wake = useRef(() => {})
  const shown = useRef({ chosen, words })
  shown.current = { chosen, words }

  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice or language is drawn, nothing else changes.
  useEffect(() => wake.current(), [chosen, words])
  useLayoutEffect(() => {
    const { scene, moves } = parts
    const canvases = [below.current, above.current]
    const [static2d, moving2d] = canvases.map((canvas) => canvas?.getContext('2d') ?? undefined)
    if (size === undefined || static2d === undefined || moving2d === undefined) return
    const { scale } = size
    const width = size.widthPx / scale
    const height = size.heightPx / scale
    for (const canvas of canvases) {
      if (canvas === null) continue
      canvas.width = Math.max(1, size.widthPx)
      canvas.height = Math.max(1, size.heightPx)
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    const sprites = new DotSprites(palette, scale)
    let frame = 0
    let lastMs = performance.now()
    let drawnMs = 0
    /** 'now': somebody pointed at something and waits. */
    let isOld: boolean | 'now' = 'now'
    let hadDots = false

    const paintFacts = (nowMs: number): PaintFacts => ({
      ...paintBasics(palette, scale, width, height, shown.current),
      colorOf: (peer) => feed.looks.of(peer).color,
      nowAt: Date.now(),
      pulse: isMotionReduced() ? 0 : 0.5 - 0.5 * Math.cos((nowMs / PULSE_MS) * 2 * Math.PI),
      counts: isMotionReduced() ? moves.delivered : undefined,
    })
    const tick = () => {
      frame = 0
      const nowMs = performance.now()
      const isStill = isMotionReduced()
      if (isStill) scene.settle()
      const isMoving = scene.step(Date.now(), Math.min(MAX_STEP_MS, nowMs - lastMs)) && !isStill
      lastMs = nowMs
      const slowMs = scene.plan.places.length > MANY_PEERS ? MANY_SLOW_MS : SLOW_MS
      const isSlow = scene.hasGhosts || (scene.hasSuspects && !isStill)
      if (isOld === 'now' || isMoving || ((isOld || isSlow) && nowMs - drawnMs >= slowMs)) {
        paintSwarm(static2d, scene, paintFacts(nowMs))
        drawnMs = nowMs
        isOld = false
      }
      const dots = moves.at(nowMs)
      if (dots.length > 0 || hadDots) paintMoves(moving2d, scene, dots, sprites, paintFacts(nowMs), nowMs)
      hadDots = dots.length > 0
      if (isMoving || isSlow || isOld || hadDots) frame = requestAnimationFrame(tick)
    }
    const ask = () => {
      if (frame !== 0) return
      lastMs = performance.now()
      frame = requestAnimationFrame(tick)
    }
    const redraw = () => {
      isOld = 'now'
      ask()
    }
    const redrawSoon = () => {
      if (isOld === false) isOld = true
      ask()
    }
    wake.current = redraw

    let before = store.getState().replica
    let wasLost = store.getState().connection.state === 'lost'
    const look = () => {
      const { replica, connection } = store.getState()
      const isLost = connection.state === 'lost'
      if (replica === undefined) return
      const isSame =
        isLost === wasLost &&
        replica.swarm.get(root) === before?.swarm.get(root) &&
        replica.shares.get(root)?.haveChunks === before?.shares.get(root)?.haveChunks &&
        replica.peers === before?.peers
      before = replica
      wasLost = isLost
      if (isSame) return
      scene.update(swarmFacts(replica, root, isLost), Date.now())
      redrawSoon()
    }
    if (before !== undefined) scene.update(swarmFacts(before, root, wasLost), Date.now())
    scene.resize(width, height, true)
    redraw()
    const stops = [
      store.subscribe(look),
      feed.listen({
        onChanges(_dirty, told) {
          if (told.length === 0 || feed.map === undefined) return
          moves.take(told, feed.map.peers, performance.now(), isMotionReduced())
          if (isMotionReduced()) redrawSoon()
          else ask()
        },
      }),
    ]
    return () => {
      for (const stop of stops) stop()
      cancelAnimationFrame(frame)
      wake.current = () => {}
    }
  }, [parts, root, feed, size, below, above, palette, store])
  return useMemo(() => ({ scene: parts.scene, redraw: () => wake.current() }), [parts])
}

function paintBasics(
  palette: Palette,
  scale: number,
  width: number,
  height: number,
  shown: { chosen: string | undefined; words: PaintWords },
) {
  return { palette, scale, width, height, chosen: shown.chosen, words: shown.words }
}
