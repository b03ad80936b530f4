/** The chunk map of a share: what to see it by, the grid, its legend, the facts of one chunk; or the same as a table. */
import { Grid3x3, Table2, ZoomIn, ZoomOut } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../../shared/contract/model.ts'
import { useSecond } from '../../app/use-second.ts'
import { IconButton } from '../../design/button.tsx'
import { classes } from '../../design/classes.ts'
import { EmptyState, Segmented } from '../../design/parts.tsx'
import { useFormats } from '../../i18n/formats.ts'
import { COLOURINGS, type Colouring } from '../../model/chunk-ink.ts'
import { legendOf } from '../../model/chunk-legend.ts'
import type { ChunkMap } from '../../model/chunk-map.ts'
import type { ChunkFeed } from '../chunk-feed.ts'
import tab from '../tab.module.css'
import { useFeedVersion } from '../use-chunk-feed.ts'
import { ChunkFacts } from './chunk-facts.tsx'
import { type ChunkChoice, ChunkGrid } from './chunk-grid.tsx'
import { ChunkTable } from './chunk-table.tsx'
import css from './chunks.module.css'
import { type GridLayout, ZOOM_SIZES } from './grid-layout.ts'
import { Legend } from './legend.tsx'

export function ChunksTab({ share, feed }: { share: ShareSummary; feed: ChunkFeed }) {
  const t = useTranslations('detail')
  useFeedVersion(feed)
  const { map } = feed
  if (map === undefined || map.chunkCount === 0)
    return (
      <EmptyState icon={<Grid3x3 />} title={t(map === undefined ? 'chunks.noneTitle' : 'chunks.emptyTitle')}>
        {map !== undefined
          ? t('chunks.emptyText')
          : t(share.totalBytes === undefined ? 'chunks.noManifest' : 'chunks.loading')}
      </EmptyState>
    )
  return <ChunkViews share={share} feed={feed} map={map} />
}

function ChunkViews({ share, feed, map }: { share: ShareSummary; feed: ChunkFeed; map: ChunkMap }) {
  const t = useTranslations('detail')
  const version = useFeedVersion(feed)
  const [view, setView] = useState<'grid' | 'table'>('grid')
  const [colouring, setColouring] = useState<Colouring>('state')
  const [zoom, setZoom] = useState<'fit' | number>('fit')
  const [layout, setLayout] = useState<GridLayout>()
  const [choice, setChoice] = useState<ChunkChoice>()
  const takeLayout = useCallback((next: GridLayout) => setLayout(next), [])
  const summary = useSummary(map, version)
  const nowAt = useSecond(colouring === 'age')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map changes in place; its version says when.
  const legend = useMemo(() => legendOf(map, colouring, feed.looks, nowAt), [map, colouring, feed, version, nowAt])
  const zoomSteps = stepsFrom(zoom, layout)
  return (
    <div className={tab.column}>
      <div className={tab.tools}>
        <Segmented
          label={t('chunks.viewLabel')}
          value={view}
          onChange={setView}
          options={[
            { id: 'grid', label: t('chunks.viewGrid'), icon: <Grid3x3 aria-hidden /> },
            { id: 'table', label: t('chunks.viewTable'), icon: <Table2 aria-hidden /> },
          ]}
        />
        {view === 'table' ? null : (
          <>
            <Segmented
              label={t('chunks.colourBy')}
              value={colouring}
              onChange={setColouring}
              options={COLOURINGS.map((id) => ({ id, label: t(`chunks.colouring.${id}`) }))}
            />
            <span className={css.zoom}>
              <IconButton
                label={t('chunks.zoomOut')}
                size="sm"
                isDisabled={zoomSteps.out === undefined}
                onPress={() => setZoom(zoomSteps.out ?? 'fit')}
              >
                <ZoomOut aria-hidden />
              </IconButton>
              <IconButton
                label={t('chunks.zoomIn')}
                size="sm"
                isDisabled={zoomSteps.in === undefined}
                onPress={() => setZoom(zoomSteps.in ?? 'fit')}
              >
                <ZoomIn aria-hidden />
              </IconButton>
            </span>
          </>
        )}
      </div>
      <p className={tab.summary}>
        {summary}{' '}
        {layout !== undefined && layout.perCell > 1 && view === 'grid'
          ? t('chunks.perCell', { count: layout.perCell })
          : ''}
      </p>
      {view === 'table' ? (
        <ChunkTable feed={feed} map={map} />
      ) : (
        <>
          <div className={css.split}>
            <ChunkGrid
              {...{ feed, map, colouring, zoom, summary, choice }}
              onChoose={setChoice}
              onLayout={takeLayout}
            />
            <aside
              aria-label={t('side')}
              className={classes(tab.side, css.facts)}
              aria-live={choice?.isPinned === true ? 'polite' : 'off'}
              aria-atomic="true"
            >
              <ChunkFacts root={share.root} map={map} looks={feed.looks} choice={choice} />
            </aside>
          </div>
          <Legend entries={legend} />
          <p id="chunk-keys" className="visually-hidden">
            {t('chunks.keys')}
          </p>
        </>
      )}
    </div>
  )
}

/** "1,024 chunks: 512 here, 8 in flight, …; the rarest has 2 copies." */
function useSummary(map: ChunkMap, version: number): string {
  const t = useTranslations('detail')
  const { number } = useFormats()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map changes in place; its version says when.
  return useMemo(() => {
    const parts = (['have', 'in-flight', 'wanted', 'missing', 'rejected', 'skipped'] as const)
      .map((state) => ({ state, chunks: map.countOf(state) }))
      .filter(({ chunks }) => chunks > 0)
      .map(({ state, chunks }) => t(`chunks.counted.${state}`, { count: chunks, number: number(chunks) }))
    const rarest = map.rarest()
    const facts = { total: map.chunkCount, number: number(map.chunkCount), list: parts.join(', ') }
    if (rarest === undefined) return t('chunks.summary', facts)
    const isEven = rarest.chunks > 1 && rarest.chunks === map.chunkCount - map.countOf('skipped')
    if (isEven) return t('chunks.summaryEven', { ...facts, copies: rarest.copies })
    return t('chunks.summaryRarest', {
      ...facts,
      copies: rarest.copies,
      chunks: rarest.chunks,
      rare: number(rarest.chunks),
    })
  }, [map, version, t, number])
}

function stepsFrom(zoom: 'fit' | number, layout: GridLayout | undefined) {
  const now = zoom === 'fit' ? cellCss(layout) : zoom
  const larger = ZOOM_SIZES.find((size) => size > now)
  const smaller = ZOOM_SIZES.findLast((size) => size < now)
  return { in: larger, out: zoom === 'fit' ? undefined : (smaller ?? ('fit' as const)) }
}

function cellCss(layout: GridLayout | undefined): number {
  if (layout === undefined || layout.perCell > 1) return 0
  return layout.cell / window.devicePixelRatio
}
