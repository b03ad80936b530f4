/**
 * Files and folders of the engine's machine, for a window without dialogs of the system: the shell lists what may be seen,
 * one folder at a time. To choose files, a folder, a folder to write into, or a name for a new file in one. Nothing is
 * opened or changed but by "New folder". Rule [UI15].
 */
import { ArrowUp, FolderPlus, House } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { FolderListing } from '../../shared/shell/shell-api.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { useShell } from '../shell/shell-context.ts'
import { Button, IconButton } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Checkbox, TextField } from './field.tsx'
import { NetworkText } from './network-text.tsx'
import { Notice } from './parts.tsx'
import css from './path-browser.module.css'
import { Entries } from './path-browser-entries.tsx'
import { chosenPaths, joinPath, type PathWanted } from './path-browser-model.ts'
import { NewFolder } from './path-browser-new-folder.tsx'

export interface PathBrowserProps {
  readonly wanted: PathWanted
  readonly title: string
  /** Where to begin; the list of allowed folders when absent or not to be seen. */
  readonly start?: string | undefined
  readonly suggestedName?: string
  readonly onChoose: (paths: string[]) => void
  readonly onClose: () => void
}

type Loaded =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'listed'; readonly listing: FolderListing }

export function PathBrowser(props: PathBrowserProps) {
  const { wanted, title, onChoose, onClose } = props
  const t = useTranslations('common')
  const errorText = useErrorText()
  const { loaded, go, reload } = useListing(props.start)
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const [showHidden, setShowHidden] = useState(false)
  const [name, setName] = useState(props.suggestedName ?? '')
  const [adding, setAdding] = useState(false)
  const listing = loaded.state === 'listed' ? loaded.listing : undefined
  const leave = (path: string | undefined) => {
    setMarked(new Set())
    go(path)
  }
  const paths = listing === undefined ? [] : chosenPaths(wanted, listing, marked, name)
  return (
    <Dialog
      title={title}
      isOpen
      size="md"
      onClose={onClose}
      footer={
        <>
          <Checkbox isSelected={showHidden} onChange={setShowHidden}>
            {t('browser.hidden')}
          </Checkbox>
          <span className={css.gap} />
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button variant="primary" isDisabled={paths.length === 0} onPress={() => onChoose(paths)}>
            {wanted === 'files' ? t('browser.chooseFiles', { count: paths.length }) : t(`browser.choose.${wanted}`)}
          </Button>
        </>
      }
    >
      <div className={css.browser}>
        <div className={css.bar}>
          <IconButton label={t('browser.places')} onPress={() => leave(undefined)}>
            <House aria-hidden />
          </IconButton>
          <IconButton
            label={t('browser.up')}
            isDisabled={listing?.path === undefined}
            onPress={() => leave(listing?.parent)}
          >
            <ArrowUp aria-hidden />
          </IconButton>
          <span className={css.path} aria-live="polite">
            {listing?.path === undefined ? t('browser.places') : <NetworkText text={listing.path} clip />}
          </span>
          {listing?.writable === true ? (
            <IconButton label={t('browser.newFolder')} onPress={() => setAdding(!adding)}>
              <FolderPlus aria-hidden />
            </IconButton>
          ) : null}
        </div>
        {adding && listing?.path !== undefined ? (
          <NewFolder
            parent={listing.path}
            onDone={(path) => {
              setAdding(false)
              if (path !== undefined) leave(path)
            }}
          />
        ) : null}
        {loaded.state === 'failed' ? (
          <Notice
            tone="danger"
            actions={
              <Button size="sm" onPress={reload}>
                {t('browser.again')}
              </Button>
            }
          >
            <span role="alert">{errorText(loaded.error)}</span>
          </Notice>
        ) : null}
        {listing === undefined ? null : (
          <Entries
            key={listing.path ?? ''}
            listing={listing}
            wanted={wanted}
            showHidden={showHidden}
            marked={marked}
            onMark={setMarked}
            onEnter={(entry) => leave(joinPath(listing, entry.name))}
            onChoose={(entry) => onChoose([joinPath(listing, entry.name)])}
          />
        )}
        {wanted === 'save' ? <TextField label={t('browser.fileName')} value={name} onChange={setName} /> : null}
        {(wanted === 'destination' || wanted === 'save') && listing?.path !== undefined && !listing.writable ? (
          <p className={css.hint}>{t('browser.notWritable')}</p>
        ) : null}
      </div>
    </Dialog>
  )
}

function useListing(start: string | undefined) {
  const shell = useShell()
  const [at, setAt] = useState<{ path: string | undefined; round: number }>({ path: start, round: 0 })
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  useEffect(() => {
    const stop = new AbortController()
    shell.listFolder(at.path, stop.signal).then(
      (listing) => {
        if (stop.signal.aborted) return
        const [first] = listing.entries
        // The first of the allowed folders is the home folder: there most people begin.
        if (at.round === 0 && listing.path === undefined && first !== undefined) setAt({ path: first.name, round: 1 })
        else setLoaded({ state: 'listed', listing })
      },
      (error: unknown) => {
        if (stop.signal.aborted) return
        // The folder to begin with may be gone: the allowed folders are always there.
        if (at.round === 0 && at.path !== undefined) setAt({ path: undefined, round: 1 })
        else setLoaded({ state: 'failed', error })
      },
    )
    return () => stop.abort()
  }, [shell, at])
  return {
    loaded,
    go: (path: string | undefined) => setAt(({ round }) => ({ path, round: round + 1 })),
    reload: () => setAt(({ path, round }) => ({ path, round: round + 1 })),
  }
}
