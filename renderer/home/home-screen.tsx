/**
 * The first thing one sees: how this node stands, a place to drop things, a field for a link, what is being worked on, and
 * what was shared or fetched lately. Somebody who has nothing yet is offered something to try. Rules [UI2] [UI3].
 */
import { FilePlus2, FolderPlus, Link2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { openSheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { DropZone } from '../design/drop-zone.tsx'
import { Card, Page } from '../design/parts.tsx'
import { usePathPicker } from '../design/path-browser-pick.tsx'
import { useApi } from '../engine/hooks.ts'
import { LinkField } from '../receive/link-field.tsx'
import { useBeginSharing } from '../share/use-begin-sharing.ts'
import { useShell } from '../shell/shell-context.ts'
import css from './home.module.css'
import { RecentShares } from './recent-shares.tsx'
import { StatusSentence } from './status-sentence.tsx'
import { Working } from './working.tsx'

export function HomeScreen() {
  const t = useTranslations('home')
  return (
    <Page title={t('title')} subtitle={<StatusSentence />}>
      <SharePart />
      <OpenPart />
      <Working />
      <RecentShares />
    </Page>
  )
}

function SharePart() {
  const t = useTranslations('home')
  const { capabilities } = useShell()
  const hasEngine = useApi() !== undefined
  const begin = useBeginSharing()
  const { pick, dialog } = usePathPicker()
  const share = (wanted: 'files' | 'folder') =>
    pick({
      wanted,
      title: t(wanted === 'files' ? 'shareFiles' : 'shareFolder'),
      onChoose: (paths) => begin(paths.map((path) => ({ kind: 'path', path }))),
    })
  return (
    <>
      <DropZone
        title={t('dropTitle')}
        actions={
          <>
            <Button
              variant="primary"
              icon={<FilePlus2 aria-hidden />}
              isDisabled={!hasEngine}
              onPress={() => share('files')}
            >
              {t('shareFiles')}
            </Button>
            <Button icon={<FolderPlus aria-hidden />} isDisabled={!hasEngine} onPress={() => share('folder')}>
              {t('shareFolder')}
            </Button>
            <Button
              icon={<Link2 aria-hidden />}
              isDisabled={!hasEngine}
              onPress={() => openSheet({ kind: 'receive', link: '' })}
            >
              {t('openLink')}
            </Button>
          </>
        }
      >
        {t(capabilities.drops === 'upload' ? 'dropTextUpload' : 'dropText')}
      </DropZone>
      {dialog}
    </>
  )
}

function OpenPart() {
  const t = useTranslations('home')
  const [link, setLink] = useState('')
  const open = (text: string) => {
    if (text.trim() === '') return
    openSheet({ kind: 'receive', link: text })
    setLink('')
  }
  return (
    <Card title={t('gotLink')}>
      <div className={css.open}>
        <div className={css.openField}>
          <LinkField hideLabel value={link} onChange={setLink} onSubmit={open} />
        </div>
        <Button variant="primary" isDisabled={link.trim() === ''} onPress={() => open(link)}>
          {t('openIt')}
        </Button>
      </div>
    </Card>
  )
}
