/** Where downloads go, and, where the shell lists folders itself, which of them it may show. */
import { Folder, FolderOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Card } from '../design/parts.tsx'
import { usePathPicker } from '../design/path-browser-pick.tsx'
import { useErrorText } from '../i18n/error-text.ts'
import { useShell } from '../shell/shell-context.ts'
import { Setting } from './setting.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

export function FoldersSection() {
  const t = useTranslations('settings.folders')
  const { capabilities } = useShell()
  const { settings, change, isOff } = useSettingsEditor()
  const { pick, dialog } = usePathPicker()
  const choose = () =>
    pick({
      wanted: 'destination',
      title: t('chooseTitle'),
      start: settings.downloadFolder,
      onChoose: ([downloadFolder]) => {
        if (downloadFolder !== undefined) void change('downloadFolder', { downloadFolder })
      },
    })
  return (
    <>
      <Card title={t('downloads')}>
        <Setting field="downloadFolder">
          <div className={css.pathRow}>
            <Folder aria-hidden />
            <span className={css.path}>
              <NetworkText text={settings.downloadFolder} mono />
            </span>
            <Button icon={<FolderOpen aria-hidden />} isDisabled={isOff('downloadFolder')} onPress={choose}>
              {t('change')}
            </Button>
          </div>
          <p className={css.hint}>{t('downloadsHint')}</p>
        </Setting>
      </Card>
      {capabilities.pickPaths === 'listing' ? <AllowedRoots /> : null}
      {dialog}
    </>
  )
}

type Roots =
  | { readonly state: 'loading' }
  | { readonly state: 'listed'; readonly names: readonly string[] }
  | { readonly state: 'failed'; readonly reason: string }

function AllowedRoots() {
  const t = useTranslations('settings.folders')
  const shell = useShell()
  const errorText = useErrorText()
  const [roots, setRoots] = useState<Roots>({ state: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: words alone are no reason to ask again
  useEffect(() => {
    const stop = new AbortController()
    shell.listFolder(undefined, stop.signal).then(
      ({ entries }) => setRoots({ state: 'listed', names: entries.map(({ name }) => name) }),
      (error: unknown) => !stop.signal.aborted && setRoots({ state: 'failed', reason: errorText(error) }),
    )
    return () => stop.abort()
  }, [shell])
  return (
    <Card title={t('allowed')}>
      <p className={css.hint}>{t('allowedHint')}</p>
      {roots.state === 'failed' ? (
        <p className={css.danger}>{roots.reason}</p>
      ) : roots.state === 'loading' ? null : (
        <ul className={css.paths}>
          {roots.names.map((name) => (
            <li key={name}>
              <Folder aria-hidden />
              <NetworkText text={name} mono />
            </li>
          ))}
        </ul>
      )}
      <p className={css.hint}>
        {t.rich('allowedMore', { option: () => <code className={css.code}>--allow-path</code> })}
      </p>
    </Card>
  )
}
