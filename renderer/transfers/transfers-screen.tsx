/** All downloads and uploads in one table. What happens inside one of them is told on its own screen. Rules [UI25] - [UI31]. */
import { ArrowUpDown, CircleCheck, FolderSearch } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { useStore } from 'zustand'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { openSheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { DataTable } from '../design/data-table.tsx'
import { EmptyState, Page } from '../design/parts.tsx'
import { useShares } from '../engine/hooks.ts'
import { RunningImports } from './running-imports.tsx'
import { belongsTo, countByFilter, searchFor } from './transfer-filters.ts'
import { TransfersToolbar } from './transfers-toolbar.tsx'
import { transfersView } from './transfers-view.ts'
import { useShareActions } from './use-share-actions.tsx'
import { useTransferColumns } from './use-transfer-columns.tsx'

const getRoot = ({ root }: ShareSummary) => root
const NEWEST_FIRST = { columnId: 'added', isDescending: true }
/** Two lines: name and reason. */
const ROW_HEIGHT_PX = 52

export function TransfersScreen() {
  const t = useTranslations('transfers')
  const [, navigate] = useLocation()
  const shares = useShares()
  const { filter, search, selected: selectedIds } = useStore(transfersView)
  const columns = useTransferColumns()
  const actions = useShareActions()
  const counts = useMemo(() => countByFilter(shares.values()), [shares])
  const rows = useMemo(() => {
    const isFound = searchFor(search)
    return [...shares.values()].filter((share) => belongsTo(filter, share) && isFound(share))
  }, [shares, filter, search])
  // What is filtered away is not acted upon: only what is in sight is selected.
  const selected = useMemo(() => rows.filter(({ root }) => selectedIds.has(root)), [rows, selectedIds])
  const open = useCallback((share: ShareSummary) => navigate(`/transfers/${share.root}`), [navigate])
  const sharesOf = (roots: readonly string[]) => {
    const wanted = new Set(roots)
    return rows.filter(({ root }) => wanted.has(root))
  }
  return (
    <Page
      title={t('title')}
      fill
      actions={<Button onPress={() => openSheet({ kind: 'receive', link: '' })}>{t('openLink')}</Button>}
    >
      <RunningImports />
      {shares.size === 0 ? (
        <NoTransfers />
      ) : (
        <>
          <TransfersToolbar counts={counts} selected={selected} actions={actions} />
          <DataTable
            id="transfers"
            label={t('title')}
            rows={rows}
            columns={columns}
            getRowId={getRoot}
            defaultSort={NEWEST_FIRST}
            rowHeight={ROW_HEIGHT_PX}
            selection={{ ids: selectedIds, onChange: (ids) => transfersView.setState({ selected: ids }) }}
            onRowAction={open}
            rowActionLabel={t('details')}
            onDelete={(roots) => actions.askRemove(sharesOf(roots))}
            contextMenu={(roots) => {
              const chosen = sharesOf(roots)
              const [only] = chosen.length === 1 ? chosen : []
              const details =
                only === undefined
                  ? []
                  : [
                      {
                        id: 'details',
                        label: t('details'),
                        icon: <FolderSearch aria-hidden />,
                        onAction: () => open(only),
                      },
                    ]
              return [details, ...actions.menuFor(chosen)]
            }}
            renderEmpty={() => <NothingFound />}
          />
        </>
      )}
      {actions.dialogs}
    </Page>
  )
}

function NoTransfers() {
  const t = useTranslations('transfers')
  const [, navigate] = useLocation()
  return (
    <EmptyState
      icon={<ArrowUpDown />}
      title={t('emptyTitle')}
      actions={
        <>
          <Button variant="primary" onPress={() => navigate('/')}>
            {t('shareSomething')}
          </Button>
          <Button onPress={() => openSheet({ kind: 'receive', link: '' })}>{t('openLink')}</Button>
        </>
      }
    >
      {t('emptyText')}
    </EmptyState>
  )
}

/** There are transfers, but none that is looked for. */
function NothingFound() {
  const t = useTranslations('transfers')
  const { filter, search } = useStore(transfersView)
  const isSearch = search.trim() !== ''
  const isCalm = filter === 'trouble' && !isSearch
  return (
    <EmptyState
      icon={isCalm ? <CircleCheck /> : <FolderSearch />}
      title={isSearch ? t('nothingFound') : t(`nothing.${filter}`)}
      actions={<Button onPress={() => transfersView.setState({ filter: 'all', search: '' })}>{t('showAll')}</Button>}
    />
  )
}
