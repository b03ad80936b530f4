/** The columns of the transfers: what each shows, what it sorts by, and which leave first where there is no room. */
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { Priority, ShareSummary } from '../../shared/contract/model.ts'
import type { TableColumn } from '../design/data-table.tsx'
import { useFormats } from '../i18n/formats.ts'
import { copiesOf, progressOf, rankOf, standingKey } from '../model/share-state.ts'
import { ShareStatePill } from '../model/share-state-pill.tsx'
import { CopiesCell, EtaCell, NameCell, PeersCell, ProgressCell, SizeCell, SpeedCell } from './transfer-cells.tsx'
import { ratioOf } from './transfer-filters.ts'

const PRIORITY_RANK: Readonly<Record<Priority, number>> = { high: 2, normal: 1, low: 0 }

export function useTransferColumns(): readonly TableColumn<ShareSummary>[] {
  const t = useTranslations('transfers')
  const { number, dateTime } = useFormats()
  return useMemo((): readonly TableColumn<ShareSummary>[] => {
    const head = (id: Parameters<typeof title>[0]) => ({ id, header: title(id) })
    const title = (
      id:
        | 'name'
        | 'state'
        | 'progress'
        | 'size'
        | 'peers'
        | 'down'
        | 'up'
        | 'eta'
        | 'copies'
        | 'added'
        | 'ratio'
        | 'priority',
    ) => t(`columns.${id}`)
    const figure = { align: 'end', sortFirst: 'descending' } as const
    return [
      {
        ...head('name'),
        width: 380,
        minWidth: 250,
        grow: 1,
        priority: 1,
        memoBy: (share) => `${share.type} ${standingKey(share)} ${share.name}`,
        sortValue: ({ name }) => name,
        cell: (share) => <NameCell share={share} />,
      },
      {
        ...head('state'),
        width: 160,
        minWidth: 152,
        priority: 1,
        memoBy: standingKey,
        sortValue: rankOf,
        cell: (share) => <ShareStatePill share={share} />,
      },
      {
        ...head('progress'),
        width: 150,
        minWidth: 116,
        priority: 2,
        sortFirst: 'descending',
        sortValue: progressOf,
        cell: (share) => <ProgressCell share={share} />,
      },
      {
        ...head('size'),
        ...figure,
        width: 84,
        minWidth: 78,
        priority: 5,
        memoBy: ({ wantedBytes, totalBytes, claimedBytes }) => `${wantedBytes} ${totalBytes} ${claimedBytes}`,
        sortValue: ({ wantedBytes, totalBytes, claimedBytes }) => wantedBytes ?? totalBytes ?? claimedBytes,
        cell: (share) => <SizeCell share={share} />,
      },
      {
        ...head('down'),
        ...figure,
        width: 92,
        minWidth: 86,
        priority: 2,
        memoBy: ({ downBytesPerSecond }) => downBytesPerSecond,
        sortValue: ({ downBytesPerSecond }) => downBytesPerSecond,
        cell: ({ downBytesPerSecond }) => <SpeedCell bytesPerSecond={downBytesPerSecond} direction="down" />,
      },
      {
        ...head('up'),
        ...figure,
        width: 92,
        minWidth: 86,
        priority: 4,
        memoBy: ({ upBytesPerSecond }) => upBytesPerSecond,
        sortValue: ({ upBytesPerSecond }) => upBytesPerSecond,
        cell: ({ upBytesPerSecond }) => <SpeedCell bytesPerSecond={upBytesPerSecond} direction="up" />,
      },
      {
        ...head('eta'),
        align: 'end',
        width: 108,
        minWidth: 100,
        priority: 3,
        memoBy: ({ etaMs }) => etaMs,
        sortValue: ({ etaMs }) => etaMs,
        cell: ({ etaMs }) => <EtaCell etaMs={etaMs} />,
      },
      {
        ...head('peers'),
        ...figure,
        width: 76,
        minWidth: 66,
        priority: 6,
        memoBy: (share) => `${share.peers} ${share.seeds} ${copiesOf(share) === undefined}`,
        sortValue: ({ peers }) => peers,
        cell: (share) => (
          <PeersCell peers={share.peers} seeds={copiesOf(share) === undefined ? undefined : share.seeds} />
        ),
      },
      {
        ...head('copies'),
        ...figure,
        width: 76,
        minWidth: 66,
        priority: 7,
        memoBy: (share) => `${copiesOf(share)} ${share.survives}`,
        sortValue: copiesOf,
        cell: (share) => <CopiesCell copies={copiesOf(share)} survives={share.survives} />,
      },
      {
        ...head('added'),
        sortFirst: 'descending',
        width: 150,
        minWidth: 130,
        priority: 8,
        memoBy: ({ addedAt }) => addedAt,
        sortValue: ({ addedAt }) => addedAt,
        cell: ({ addedAt }) => dateTime(addedAt),
      },
      {
        ...head('ratio'),
        ...figure,
        width: 66,
        minWidth: 58,
        priority: 9,
        isOffAtFirst: true,
        sortValue: ratioOf,
        cell: (share) => {
          const ratio = ratioOf(share)
          return ratio === undefined ? '–' : number(Math.round(ratio * 100) / 100)
        },
      },
      {
        ...head('priority'),
        sortFirst: 'descending',
        width: 86,
        minWidth: 72,
        priority: 10,
        isOffAtFirst: true,
        memoBy: ({ priority }) => priority,
        sortValue: ({ priority }) => PRIORITY_RANK[priority],
        cell: ({ priority }) => t(`priority.${priority}`),
      },
    ]
  }, [t, number, dateTime])
}
