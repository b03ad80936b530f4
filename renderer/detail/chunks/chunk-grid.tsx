/**
 * The grid on screen: a canvas as large as its window, scrolled by a tall empty element behind it. The pointer and the
 * keyboard choose a chunk; a frame around it is an element of its own, so that moving it draws no chunk again. What the
 * chunk is, is told beside the grid (chunk-facts.tsx). Rules [UI41] [UI44].
 */
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { isMotionReduced } from '../../app/appearance.ts'
import { classes } from '../../design/classes.ts'
import { type Colouring, type InkFacts, packedLook, supplierLook } from '../../model/chunk-ink.ts'
import { arrivedIn, type ChunkMap } from '../../model/chunk-map.ts'
import { readPalette } from '../canvas/palette.ts'
import { useAppearance, useSize } from '../canvas/use-canvas.ts'
import type { ChunkFeed } from '../chunk-feed.ts'
import css from './chunks.module.css'
import { chunksAt, type GridLayout, layoutGrid, moveCursor } from './grid-layout.ts'
import { GridPainter } from './grid-painter.ts'

/** Ages move on by themselves. */
const AGE_EVERY_MS = 1_000

export interface ChunkChoice {
  readonly first: number
  /** More than one where a cell stands for several. */
  readonly count: number
  /** Pinned by a click or the keyboard: pointing elsewhere does not change it. */
  readonly isPinned: boolean
}

export interface ChunkGridProps {
  readonly feed: ChunkFeed
  readonly map: ChunkMap
  readonly colouring: Colouring
  readonly zoom: 'fit' | number
  readonly summary: string
  readonly choice: ChunkChoice | undefined
  readonly onChoose: (choice: ChunkChoice | undefined) => void
  readonly onLayout: (layout: GridLayout) => void
}

export function ChunkGrid(props: ChunkGridProps) {
  const { feed, map, colouring, zoom, choice, onChoose, onLayout } = props
  const t = useTranslations('detail')
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useSize(scroller)
  const appearance = useAppearance()
  const layout = useMemo(
    () => (size === undefined ? undefined : layoutGrid({ chunkCount: map.chunkCount, ...size, zoom })),
    [size, map, zoom],
  )
  useEffect(() => {
    if (layout !== undefined) onLayout(layout)
  }, [layout, onLayout])
  usePainting({ feed, map, colouring, layout, size, scroller, canvas, appearance })

  const scale = size?.scale ?? 1
  const heightCss = (layout?.heightPx ?? 0) / scale
  const pointed = (event: PointerEvent) => {
    if (layout === undefined || scroller === null) return undefined
    const box = scroller.getBoundingClientRect()
    const x = (event.clientX - box.left) * scale
    const y = (event.clientY - box.top + scroller.scrollTop) * scale
    return chunksAt(layout, map.chunkCount, x, y)
  }
  const hover = (event: PointerEvent) => {
    if (choice?.isPinned === true) return
    const found = pointed(event)
    if (found?.first !== choice?.first) onChoose(found === undefined ? undefined : { ...found, isPinned: false })
  }
  const press = (event: PointerEvent) => {
    const found = pointed(event)
    onChoose(
      found === undefined || (choice?.isPinned === true && choice.first === found.first)
        ? undefined
        : { ...found, isPinned: true },
    )
  }
  const onKey = (event: KeyboardEvent) => {
    if (layout === undefined || size === undefined) return
    if (event.key === 'Escape') {
      onChoose(undefined)
      return
    }
    const pageRows = Math.floor(size.heightPx / layout.cell)
    const to =
      choice === undefined ? firstKey(event.key) : moveCursor(layout, map.chunkCount, choice.first, event.key, pageRows)
    if (to === undefined) return
    event.preventDefault()
    onChoose({ first: to, count: Math.min(layout.perCell, map.chunkCount - to), isPinned: true })
    scrollTo(scroller, layout, to, size)
  }
  return (
    // A grid of a hundred thousand cells is one widget with a cursor of its own; the table beside it is the same in elements.
    <div
      ref={setScroller}
      className={css.scroller}
      role="application"
      aria-roledescription={t('chunks.gridRole')}
      aria-label={props.summary}
      aria-describedby="chunk-keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it has a cursor that the keyboard moves.
      tabIndex={0}
      onKeyDown={onKey}
      onPointerMove={hover}
      onPointerLeave={() => choice?.isPinned === false && onChoose(undefined)}
      onPointerDown={press}
    >
      <div className={css.window}>
        <canvas ref={canvas} className={css.canvas} />
      </div>
      <div className={css.tall} style={{ height: `${heightCss}px` }}>
        {layout === undefined || choice === undefined ? null : (
          <Cursor layout={layout} first={choice.first} isPinned={choice.isPinned} scale={scale} />
        )}
      </div>
    </div>
  )
}

function Cursor(props: { layout: GridLayout; first: number; isPinned: boolean; scale: number }) {
  const { layout, scale } = props
  const cell = Math.floor(props.first / layout.perCell)
  const size = (layout.cell - layout.gap) / scale
  const x = ((cell % layout.columns) * layout.cell) / scale
  const y = (Math.floor(cell / layout.columns) * layout.cell) / scale
  return (
    <span
      className={classes(css.cursor, props.isPinned && css.pinned)}
      style={{ width: `${size}px`, height: `${size}px`, transform: `translate(${x}px, ${y}px)` }}
      aria-hidden="true"
    />
  )
}

function usePainting(facts: {
  feed: ChunkFeed
  map: ChunkMap
  colouring: Colouring
  layout: GridLayout | undefined
  size: { widthPx: number; heightPx: number; scale: number } | undefined
  scroller: HTMLDivElement | null
  canvas: React.RefObject<HTMLCanvasElement | null>
  appearance: number
}): void {
  const { feed, map, colouring, layout, size, scroller, canvas, appearance } = facts
  const painter = useRef<GridPainter>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `appearance` says that the tokens are others now.
  const palette = useMemo(() => readPalette(), [appearance])
  useLayoutEffect(() => {
    if (canvas.current === null || layout === undefined || size === undefined || scroller === null) return
    painter.current ??= new GridPainter(canvas.current)
    const paint = painter.current
    const inks = (): InkFacts => ({
      colouring,
      nowSeconds: (Date.now() - map.startedAt) / 1_000,
      supplierLooks: map.peers.map((peer) => packedLook(supplierLook(feed.looks.numberOf(peer)))),
    })
    canvas.current.style.width = `${size.widthPx / size.scale}px`
    canvas.current.style.height = `${size.heightPx / size.scale}px`
    let frame = 0
    let known = -1
    const draw = () => {
      const scrollPx = Math.round(scroller.scrollTop * size.scale)
      known = map.peers.length
      paint.show({ map, layout, inks: inks(), palette, widthPx: size.widthPx, heightPx: size.heightPx, scrollPx })
    }
    const tick = () => {
      frame = paint.frame(performance.now()) ? requestAnimationFrame(tick) : 0
    }
    draw()
    const stopListening = feed.listen({
      onChanges(dirty, moves) {
        if (map.peers.length !== known) return draw()
        paint.changed(dirty)
        if (isMotionReduced() || moves.length === 0) return
        paint.arrived(arrivedIn(moves), performance.now())
        if (frame === 0) frame = requestAnimationFrame(tick)
      },
    })
    scroller.addEventListener('scroll', draw, { passive: true })
    const ages = colouring === 'age' ? setInterval(() => paint.at(inks()), AGE_EVERY_MS) : undefined
    return () => {
      stopListening()
      scroller.removeEventListener('scroll', draw)
      cancelAnimationFrame(frame)
      clearInterval(ages)
    }
  }, [feed, map, colouring, layout, size, scroller, canvas, palette])
}

function firstKey(key: string): number | undefined {
  return key.startsWith('Arrow') || key === 'Home' || key === 'Enter' || key === ' ' ? 0 : undefined
}

function scrollTo(
  scroller: HTMLDivElement | null,
  layout: GridLayout,
  chunk: number,
  size: { heightPx: number; scale: number },
) {
  if (scroller === null) return
  const top = (Math.floor(chunk / layout.perCell / layout.columns) * layout.cell) / size.scale
  const bottom = top + layout.cell / size.scale
  const heightCss = size.heightPx / size.scale
  if (top < scroller.scrollTop) scroller.scrollTop = top
  else if (bottom > scroller.scrollTop + heightCss) scroller.scrollTop = bottom - heightCss
}
