/**
 * The chunk map as a table, for those who do not see the picture or want the words: the same chunks, the same facts, by
 * state. Only the rows in sight are elements; long shares have pages, because a browser's longest element is shorter than
 * four million rows. Rule [UI44].
 */
// biome-ignore-all lint/a11y/useSemanticElements: a table of which only the rows in sight are in the document, placed by transform
// biome-ignore-all lint/a11y/useFocusableInteractive: it is read and scrolled; its cells take no focus
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { CHUNK_STATES, type ChunkState } from '../../../shared/contract/chunk-states.ts'
import { Select } from '../../design/field.tsx'
import { useFormats } from '../../i18n/formats.ts'
import { stateLook } from '../../model/chunk-ink.ts'
import { type ChunkMap, STATE_CODE } from '../../model/chunk-map.ts'
import type { ChunkFeed } from '../chunk-feed.ts'
import { PeerLabel } from '../peer-label.tsx'
import { Swatch } from '../swatch.tsx'
import tab from '../tab.module.css'
import { useFeedVersion } from '../use-chunk-feed.ts'
import css from './chunks.module.css'

const ROW_PX = 30
const PAGE_ROWS = 250_000
const COLUMNS = ['number', 'state', 'from', 'copies', 'arrived'] as const

export function ChunkTable({ feed, map }: { feed: ChunkFeed; map: ChunkMap }) {
  const t = useTranslations('detail')
  const { number } = useFormats()
  const version = useFeedVersion(feed)
  const [filter, setFilter] = useState<'all' | ChunkState>('all')
  const [page, setPage] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map changes in place; its version says when.
  const rows = useMemo(() => (filter === 'all' ? undefined : chunksIn(map, filter)), [map, filter, version])
  const total = rows?.length ?? map.chunkCount
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS))
  const here = Math.min(page, pages - 1)
  const count = Math.min(PAGE_ROWS, total - here * PAGE_ROWS)
  const body = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => body.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const states = CHUNK_STATES.map((state) => ({ id: state, label: t(`chunks.state.${state}`) }))
  return (
    <div className={tab.column}>
      <div className={tab.tools}>
        <Select
          label={t('chunks.tableFilter')}
          hideLabel
          value={filter}
          onChange={(state) => {
            setFilter(state)
            setPage(0)
          }}
          options={[{ id: 'all' as const, label: t('chunks.allStates') }, ...states]}
        />
        {pages < 2 ? null : (
          <Select
            label={t('chunks.page')}
            hideLabel
            value={String(here)}
            onChange={(chosen) => setPage(Number(chosen))}
            options={Array.from({ length: pages }, (_, at) => ({
              id: String(at),
              label: t('chunks.pageRows', {
                from: number(at * PAGE_ROWS + 1),
                to: number(Math.min(total, (at + 1) * PAGE_ROWS)),
              }),
            }))}
          />
        )}
        <span className="muted numeric">{t('chunks.rowCount', { count: total, number: number(total) })}</span>
      </div>
      <div
        ref={body}
        className={css.table}
        role="table"
        aria-label={t('chunks.tableLabel')}
        aria-rowcount={total + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        <div role="rowgroup" className={css.tableHead}>
          <div role="row" className={css.tableRow} aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <span key={column} role="columnheader">
                {t(`chunks.column.${column}`)}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={css.tableBody} style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map((item) => {
            const at = here * PAGE_ROWS + item.index
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={at + 2}
                className={css.tableRow}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Cells map={map} feed={feed} index={rows?.[at] ?? at} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Cells({ map, feed, index }: { map: ChunkMap; feed: ChunkFeed; index: number }) {
  const t = useTranslations('detail')
  const { number, time } = useFormats()
  const state = map.state(index)
  const supplier = map.supplier(index)
  const arrivedAt = map.arrivedAt(index)
  return (
    <>
      <span role="cell" className="numeric">
        {number(index + 1)}
      </span>
      <span role="cell" className={css.state}>
        <Swatch look={stateLook(STATE_CODE[state])} />
        {t(`chunks.state.${state}`)}
      </span>
      <span role="cell">{supplier === undefined ? '–' : <PeerLabel peer={supplier} looks={feed.looks} />}</span>
      <span role="cell" className="numeric">
        {number(map.availability[index] ?? 0)}
      </span>
      <span role="cell" className="numeric">
        {arrivedAt === undefined ? '–' : time(arrivedAt)}
      </span>
    </>
  )
}

function chunksIn(map: ChunkMap, state: ChunkState): Uint32Array {
  const code = STATE_CODE[state]
  const found = new Uint32Array(map.countOf(state))
  let at = 0
  for (let index = 0; index < map.chunkCount && at < found.length; index++)
    if (map.states[index] === code) found[at++] = index
  return found
}
