/** Above the table: which transfers are shown, a search, and what can be done with those that are selected. Rules [UI27] [UI28]. */
import { Folder, Gauge, Link, Pause, Play, Search, Trash2, X } from 'lucide-react'
import { Toolbar } from 'react-aria-components'
import { useTranslations } from 'use-intl'
import { useStore } from 'zustand'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Button, IconButton } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { Segmented } from '../design/parts.tsx'
import { useApi } from '../engine/hooks.ts'
import { canBePaused, canResume, canStart, placeOf } from './share-abilities.ts'
import { TRANSFER_FILTERS, type TransferFilter } from './transfer-filters.ts'
import css from './transfers.module.css'
import { transfersView } from './transfers-view.ts'
import type { ShareActions } from './use-share-actions.tsx'

interface TransfersToolbarProps {
  readonly counts: Readonly<Record<TransferFilter, number>>
  readonly selected: readonly ShareSummary[]
  readonly actions: ShareActions
}

export function TransfersToolbar({ counts, selected, actions }: TransfersToolbarProps) {
  const t = useTranslations('transfers')
  const { filter, search } = useStore(transfersView)
  return (
    <div className={css.tools}>
      <div className={css.toolRow}>
        <Segmented
          label={t('filter')}
          value={filter}
          onChange={(next) => transfersView.setState({ filter: next })}
          options={TRANSFER_FILTERS.map((id) => ({ id, label: t(`filters.${id}`, { count: counts[id] }) }))}
        />
        <div className={css.search}>
          <Search aria-hidden />
          <TextField
            label={t('search')}
            hideLabel
            value={search}
            placeholder={t('search')}
            maxLength={200}
            onChange={(next) => transfersView.setState({ search: next })}
          />
          {search === '' ? null : (
            <IconButton label={t('clearSearch')} size="sm" onPress={() => transfersView.setState({ search: '' })}>
              <X aria-hidden />
            </IconButton>
          )}
        </div>
      </div>
      <SelectionTools selected={selected} actions={actions} />
    </div>
  )
}

function SelectionTools({ selected, actions }: Pick<TransfersToolbarProps, 'selected' | 'actions'>) {
  const t = useTranslations('transfers')
  const isOff = useApi() === undefined
  const [only] = selected.length === 1 ? selected : []
  const { openFolder } = actions
  return (
    <Toolbar aria-label={t('withSelected')} className={css.selectionTools ?? ''}>
      {only !== undefined && canStart(only) ? (
        <Button
          size="sm"
          variant="primary"
          icon={<Play aria-hidden />}
          isDisabled={isOff}
          onPress={() => actions.start(only)}
        >
          {t('actions.start')}
        </Button>
      ) : (
        <Button
          size="sm"
          icon={<Play aria-hidden />}
          isDisabled={isOff || !selected.some(canResume)}
          onPress={() => actions.resume(selected)}
        >
          {t('actions.resume')}
        </Button>
      )}
      <Button
        size="sm"
        icon={<Pause aria-hidden />}
        isDisabled={isOff || !selected.some(canBePaused)}
        onPress={() => actions.pause(selected)}
      >
        {t('actions.pause')}
      </Button>
      <Button
        size="sm"
        icon={<Gauge aria-hidden />}
        isDisabled={isOff || selected.length === 0}
        onPress={() => actions.askLimits(selected)}
      >
        {t('actions.limits')}
      </Button>
      <Button
        size="sm"
        icon={<Link aria-hidden />}
        isDisabled={selected.length === 0}
        onPress={() => actions.copyLinks(selected)}
      >
        {t('actions.copyLink', { count: selected.length })}
      </Button>
      {openFolder === undefined ? null : (
        <Button
          size="sm"
          icon={<Folder aria-hidden />}
          isDisabled={only === undefined || placeOf(only) === undefined}
          onPress={() => only !== undefined && openFolder(only)}
        >
          {t('actions.openFolder')}
        </Button>
      )}
      <Button
        size="sm"
        icon={<Trash2 aria-hidden />}
        isDisabled={isOff || selected.length === 0}
        onPress={() => actions.askRemove(selected)}
      >
        {t('actions.remove')}
      </Button>
      <span className={css.selectedCount} role="status">
        {t('selected', { count: selected.length })}
      </span>
    </Toolbar>
  )
}
