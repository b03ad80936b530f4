/** Everybody who has to do with this share, as a table: who they are, how they are reached, what they have, what moves. Rule [UI49]. */
import { Ban, Copy, LockKeyholeOpen, Users } from 'lucide-react'
import { type ReactNode, useCallback, useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { DataTable, type TableColumn } from '../../design/data-table.tsx'
import type { MenuAction } from '../../design/menu.tsx'
import { NetworkText } from '../../design/network-text.tsx'
import { EmptyState, ProgressBar } from '../../design/parts.tsx'
import { useCopy } from '../../design/use-copy.ts'
import { useConnection, usePeers, useShare, useSwarm } from '../../engine/hooks.ts'
import { useCommand } from '../../engine/run-command.ts'
import { type Formats, useFormats } from '../../i18n/formats.ts'
import { ConditionPill, slotsOf } from '../swarm/swarm-facts.tsx'
import { joinRows, type PeerRow, rowId } from './peer-rows.ts'
import css from './peers.module.css'

const ROW_HEIGHT_PX = 36
/** px; what is not here needs all of its width: columns of lower priority leave before numbers are cut. */
const MIN_WIDTHS: Partial<Record<ColumnId, number>> = { name: 116, address: 120, client: 84, routes: 90, slots: 104 }
const DEFAULT_SORT = { columnId: 'down', isDescending: true }

export function PeersTab({ root }: { root: string }) {
  const t = useTranslations('detail')
  const swarm = useSwarm(root)
  const peers = usePeers()
  const chunkCount = useShare(root)?.chunkCount
  const isLost = useConnection().state === 'lost'
  const rows = useMemo(() => joinRows(swarm, peers, chunkCount), [swarm, peers, chunkCount])
  const columns = useColumns(isLost)
  const command = useCommand()
  const copy = useCopy()
  const contextMenu = useCallback(
    (ids: readonly string[]): MenuAction[][] => {
      const chosen = ids.flatMap((id) => rows.find((row) => rowId(row) === id) ?? [])
      const isBlocked = chosen.every(({ isBanned }) => isBanned)
      return [
        [
          {
            id: 'block',
            label: t(isBlocked ? 'peers.unblock' : 'peers.block', { count: chosen.length }),
            icon: isBlocked ? <LockKeyholeOpen aria-hidden /> : <Ban aria-hidden />,
            danger: !isBlocked,
            onAction: () => {
              for (const { swarm: row } of chosen)
                void command((api) => api.block({ peer: row.peer, blocked: !isBlocked }))
            },
          },
          {
            id: 'copy',
            label: t('peers.copyId', { count: chosen.length }),
            icon: <Copy aria-hidden />,
            onAction: () => {
              copy(chosen.map(({ swarm: row }) => row.peer).join('\n'))
            },
          },
        ],
      ]
    },
    [rows, command, copy, t],
  )
  return (
    <DataTable
      id="detail-peers"
      label={t('peers.label')}
      rows={rows}
      columns={columns}
      getRowId={rowId}
      defaultSort={DEFAULT_SORT}
      rowHeight={ROW_HEIGHT_PX}
      contextMenu={contextMenu}
      renderEmpty={() => (
        <EmptyState icon={<Users />} title={t('peers.emptyTitle')}>
          {t('peers.emptyText')}
        </EmptyState>
      )}
    />
  )
}

interface ColumnSpec {
  readonly id: ColumnId
  readonly width: number
  readonly priority: number
  readonly align?: 'end'
  readonly grow?: number
  readonly isOffAtFirst?: boolean
  readonly cell: (row: PeerRow, formats: Formats) => ReactNode
  readonly sortValue: (row: PeerRow) => string | number | undefined
  /** What is drawn, when that is coarser than what it is sorted by. */
  readonly drawn?: (row: PeerRow) => unknown
}

type ColumnId =
  | 'name'
  | 'state'
  | 'progress'
  | 'down'
  | 'up'
  | 'path'
  | 'routes'
  | 'client'
  | 'address'
  | 'received'
  | 'sent'
  | 'rtt'
  | 'inFlight'
  | 'window'
  | 'slots'
  | 'corrupt'
  | 'lastSeen'

function useColumns(isLost: boolean): readonly TableColumn<PeerRow>[] {
  const t = useTranslations('detail')
  const formats = useFormats()
  return useMemo(() => {
    const speed = (value: number) => (isLost ? '–' : value === 0 ? '' : formats.rate(value))
    const specs: readonly ColumnSpec[] = [
      {
        ...{ id: 'name', width: 170, priority: 1, grow: 2 },
        cell: ({ name }) => <NetworkText text={name} clip />,
        sortValue: ({ name }) => name,
      },
      {
        ...{ id: 'state', width: 128, priority: 2 },
        cell: (row) => <ConditionPill row={row.swarm} condition={row.condition} isComplete={row.complete === 1} />,
        sortValue: ({ condition, complete, swarm }) => `${condition}${complete === 1 ? 0 : 1}${swarm.liveness}`,
      },
      {
        ...{ id: 'progress', width: 104, priority: 3 },
        cell: ({ complete, name }) =>
          complete === undefined ? (
            '–'
          ) : (
            <span className={css.progress}>
              <ProgressBar
                label={t('peers.progressOf', { name })}
                fraction={complete}
                tone={complete === 1 ? 'ok' : 'info'}
              />
              <span className="numeric">{formats.percentDone(complete)}</span>
            </span>
          ),
        sortValue: ({ complete }) => complete,
        drawn: ({ complete, name }) => `${complete === undefined ? '' : Math.floor(complete * 100)} ${name}`,
      },
      {
        ...{ id: 'down', width: 96, priority: 2, align: 'end' },
        cell: ({ swarm }) => speed(swarm.downBytesPerSecond),
        sortValue: ({ swarm }) => swarm.downBytesPerSecond,
        drawn: ({ swarm }) => speed(swarm.downBytesPerSecond),
      },
      {
        ...{ id: 'up', width: 96, priority: 2, align: 'end' },
        cell: ({ swarm }) => speed(swarm.upBytesPerSecond),
        sortValue: ({ swarm }) => swarm.upBytesPerSecond,
        drawn: ({ swarm }) => speed(swarm.upBytesPerSecond),
      },
      {
        ...{ id: 'path', width: 124, priority: 4 },
        cell: ({ swarm }) => (swarm.path === undefined ? '–' : t(`peers.path.${swarm.path}`)),
        sortValue: ({ swarm }) => swarm.path,
      },
      {
        ...{ id: 'routes', width: 130, priority: 9, isOffAtFirst: true },
        cell: ({ swarm }) => swarm.routes.map((route) => t(`peers.route.${route}`)).join(', '),
        sortValue: ({ swarm }) => swarm.routes.join(),
      },
      {
        ...{ id: 'client', width: 110, priority: 8 },
        cell: ({ swarm }) => (swarm.client === undefined ? '–' : <NetworkText text={swarm.client} clip />),
        sortValue: ({ swarm }) => swarm.client,
      },
      {
        ...{ id: 'address', width: 190, priority: 9, isOffAtFirst: true },
        cell: ({ swarm }) => (swarm.address === undefined ? '–' : <NetworkText text={swarm.address} clip mono />),
        sortValue: ({ swarm }) => swarm.address,
      },
      {
        ...{ id: 'received', width: 90, priority: 5, align: 'end' },
        cell: ({ swarm }) => formats.bytes(swarm.receivedBytes),
        sortValue: ({ swarm }) => swarm.receivedBytes,
        drawn: ({ swarm }) => formats.bytes(swarm.receivedBytes),
      },
      {
        ...{ id: 'sent', width: 84, priority: 5, align: 'end' },
        cell: ({ swarm }) => formats.bytes(swarm.sentBytes),
        sortValue: ({ swarm }) => swarm.sentBytes,
        drawn: ({ swarm }) => formats.bytes(swarm.sentBytes),
      },
      {
        ...{ id: 'rtt', width: 88, priority: 6, align: 'end' },
        cell: ({ swarm }) => (swarm.rttMs === undefined ? '–' : formats.latency(swarm.rttMs)),
        sortValue: ({ swarm }) => swarm.rttMs,
      },
      {
        ...{ id: 'inFlight', width: 72, priority: 6, align: 'end' },
        cell: ({ swarm }) => formats.number(swarm.inFlight),
        sortValue: ({ swarm }) => swarm.inFlight,
      },
      {
        ...{ id: 'window', width: 84, priority: 9, align: 'end', isOffAtFirst: true },
        cell: ({ swarm }) => formats.bytes(swarm.window),
        sortValue: ({ swarm }) => swarm.window,
      },
      {
        ...{ id: 'slots', width: 124, priority: 7 },
        cell: ({ swarm }) => t(`peers.slotsShort.${slotsOf(swarm)}`),
        sortValue: ({ swarm }) => slotsOf(swarm),
      },
      {
        ...{ id: 'corrupt', width: 76, priority: 8, align: 'end' },
        cell: ({ swarm }) => formats.number(swarm.corruptChunks),
        sortValue: ({ swarm }) => swarm.corruptChunks,
      },
      {
        ...{ id: 'lastSeen', width: 88, priority: 8, align: 'end' },
        cell: ({ swarm }) => formats.time(swarm.lastSeenAt),
        sortValue: ({ swarm }) => swarm.lastSeenAt,
        drawn: ({ swarm }) => Math.floor(swarm.lastSeenAt / 1_000),
      },
    ]
    return specs.map(
      ({ cell, drawn, ...spec }): TableColumn<PeerRow> => ({
        ...spec,
        memoBy: drawn ?? spec.sortValue,
        header: t(`peers.column.${spec.id}`),
        minWidth: MIN_WIDTHS[spec.id] ?? spec.width,
        cell: (row) => cell(row, formats),
        ...(spec.align === 'end' ? { sortFirst: 'descending' as const } : {}),
      }),
    )
  }, [t, formats, isLost])
}
