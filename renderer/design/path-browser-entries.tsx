/** The rows of one folder in the path browser: marked by a click or Space, entered by a double click or Enter. Rules [UI14] [UI15]. */
import { File, Folder } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { FolderEntry, FolderListing } from '../../shared/shell/shell-api.ts'
import { useFormats } from '../i18n/formats.ts'
import { classes } from './classes.ts'
import { NetworkText } from './network-text.tsx'
import css from './path-browser.module.css'
import { mayChoose, type PathWanted } from './path-browser-model.ts'
import { VirtualRows } from './virtual-rows.tsx'

const ROW_HEIGHT_PX = 32

interface EntriesProps {
  readonly listing: FolderListing
  readonly wanted: PathWanted
  readonly showHidden: boolean
  readonly marked: ReadonlySet<string>
  readonly onMark: (marked: ReadonlySet<string>) => void
  readonly onEnter: (entry: FolderEntry) => void
  readonly onChoose: (entry: FolderEntry) => void
}

export function Entries({ listing, wanted, showHidden, marked, onMark, onEnter, onChoose }: EntriesProps) {
  const t = useTranslations('common.browser')
  const formats = useFormats()
  const [active, setActive] = useState(0)
  const entries = listing.entries.filter(({ hidden }) => showHidden || !hidden)
  const mark = (entry: FolderEntry, isMore: boolean) => {
    if (!mayChoose(wanted, entry)) return
    const next = new Set(isMore && wanted === 'files' ? marked : [])
    if (marked.has(entry.name)) next.delete(entry.name)
    else next.add(entry.name)
    onMark(next)
  }
  const act = (entry: FolderEntry) => {
    if (entry.kind === 'folder') onEnter(entry)
    else if (mayChoose(wanted, entry)) onChoose(entry)
  }
  const onKey = (event: KeyboardEvent, at: number): boolean => {
    const entry = entries[at]
    if (entry === undefined) return false
    if (event.key === ' ') mark(entry, true)
    else if (event.key === 'Enter' || event.key === 'ArrowRight') act(entry)
    else return false
    return true
  }
  if (entries.length === 0) return <p className={css.empty}>{t('empty')}</p>
  return (
    <>
      <VirtualRows
        role="listbox"
        label={t('entries')}
        count={entries.length}
        rowHeightPx={ROW_HEIGHT_PX}
        active={Math.min(active, entries.length - 1)}
        onActive={setActive}
        onKey={onKey}
        isMultiselectable={wanted === 'files'}
        className={css.rows ?? ''}
        textOf={(index) => entries[index]?.name ?? ''}
        rowProps={(index) => {
          const entry = entries[index]
          if (entry === undefined) return {}
          return {
            role: 'option',
            'aria-selected': marked.has(entry.name),
            'aria-label': t(entry.kind, { name: entry.name }),
            className: classes(marked.has(entry.name) && css.marked, !isUseful(wanted, entry) && css.faint),
            onClick: (event) => (entry.kind === 'folder' && event.detail > 1 ? undefined : mark(entry, true)),
            onDoubleClick: () => act(entry),
          }
        }}
        renderRow={(index) => {
          const entry = entries[index]
          if (entry === undefined) return null
          return (
            <>
              <span className={css.icon} aria-hidden>
                {entry.kind === 'folder' ? <Folder /> : <File />}
              </span>
              <span className={css.name}>
                <NetworkText text={entry.name} clip />
              </span>
              <span className={classes(css.size, 'numeric')}>
                {entry.sizeBytes === undefined ? '' : formats.bytes(entry.sizeBytes)}
              </span>
            </>
          )
        }}
      />
      <p className={css.hint}>{listing.truncated ? t('truncated', { count: entries.length }) : t('keys')}</p>
    </>
  )
}

function isUseful(wanted: PathWanted, entry: FolderEntry): boolean {
  return entry.kind === 'folder' || mayChoose(wanted, entry)
}
