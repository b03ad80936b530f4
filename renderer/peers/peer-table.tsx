/** Everyone met, as rows: drawn only where in sight, redrawn only where changed. */
import { Ban, CircleCheck, CircleDashed } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { Peer } from '../../shared/contract/model.ts'
import { DataTable, type TableColumn } from '../design/data-table.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Pill } from '../design/parts.tsx'
import { useFormats } from '../i18n/formats.ts'
import { peerName } from '../model/peer-name.ts'

const idOf = (peer: Peer): string => peer.peer

export function PeerTable(props: {
  rows: readonly Peer[]
  chosen: string | undefined
  onChoose: (peer: string | undefined) => void
}) {
  const t = useTranslations('peers')
  const common = useTranslations('common')
  const { dateTime, latency } = useFormats()
  const columns = useMemo<readonly TableColumn<Peer>[]>(
    () => [
      {
        id: 'name',
        header: t('columns.name'),
        cell: (peer) => <NetworkText text={peerName(peer)} clip />,
        sortValue: (peer) => peerName(peer),
        width: 200,
        minWidth: 120,
        priority: 0,
      },
      {
        id: 'state',
        header: t('columns.state'),
        cell: (peer) =>
          peer.blocked !== undefined ? (
            <Pill tone="danger" icon={<Ban aria-hidden />}>
              {t('blocked')}
            </Pill>
          ) : peer.connected ? (
            <Pill tone="ok" icon={<CircleCheck aria-hidden />}>
              {t('connected')}
            </Pill>
          ) : (
            <Pill icon={<CircleDashed aria-hidden />}>{t('away')}</Pill>
          ),
        sortValue: (peer) => (peer.blocked !== undefined ? 2 : peer.connected ? 0 : 1),
        width: 130,
        minWidth: 110,
        priority: 0,
      },
      {
        id: 'path',
        header: t('columns.path'),
        cell: (peer) => (peer.path === undefined ? '–' : common(`path.${peer.path}`)),
        sortValue: (peer) => peer.path ?? '',
        width: 130,
        minWidth: 126,
        priority: 2,
      },
      {
        id: 'client',
        header: t('columns.client'),
        cell: (peer) => (peer.client === undefined ? '–' : <NetworkText text={peer.client} clip />),
        sortValue: (peer) => peer.client ?? '',
        width: 130,
        minWidth: 90,
        priority: 3,
      },
      {
        id: 'rtt',
        header: t('columns.rtt'),
        cell: (peer) => (peer.rttMs === undefined ? '–' : latency(peer.rttMs)),
        sortValue: (peer) => peer.rttMs ?? Number.POSITIVE_INFINITY,
        width: 110,
        minWidth: 100,
        align: 'end',
        priority: 3,
      },
      {
        id: 'lastSeen',
        header: t('columns.lastSeen'),
        cell: (peer) => (peer.connected ? t('now') : peer.lastSeenAt === undefined ? '–' : dateTime(peer.lastSeenAt)),
        sortValue: (peer) => (peer.connected ? Number.MAX_SAFE_INTEGER : (peer.lastSeenAt ?? 0)),
        width: 184,
        minWidth: 178,
        priority: 1,
      },
      {
        id: 'address',
        header: t('columns.address'),
        cell: (peer) => (peer.address === undefined ? '–' : <NetworkText text={peer.address} clip mono />),
        sortValue: (peer) => peer.address ?? '',
        width: 260,
        minWidth: 120,
        priority: 4,
      },
    ],
    [t, common, dateTime, latency],
  )
  const selected = useMemo(() => new Set(props.chosen === undefined ? [] : [props.chosen]), [props.chosen])
  return (
    <DataTable
      id="peers"
      label={t('table')}
      rows={props.rows}
      columns={columns}
      getRowId={idOf}
      defaultSort={{ columnId: 'lastSeen', isDescending: true }}
      selection={{ mode: 'one', ids: selected, onChange: (ids) => props.onChoose([...ids].at(-1)) }}
      onRowAction={(peer) => props.onChoose(peer.peer)}
      renderEmpty={() => <p className="muted">{t('noMatch')}</p>}
    />
  )
}
