/**
 * The sheet of something that is being shared: how far copying and indexing are, then its link and what is true of it. One
 * thing fills the sheet; several are a list. Closing it stops nothing: what runs is found again on the home screen.
 * Rules [UI4]-[UI12] [UI18].
 */
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useStore } from 'zustand'
import type { Sheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { LinkEach } from './link-each.tsx'
import { ManyShares } from './many-shares.tsx'
import { ShareFooter } from './share-footer.tsx'
import { shareTasks } from './share-tasks.ts'
import { ShareView } from './share-view.tsx'
import { nameOf, type Subject, type SubjectKey } from './subject.ts'
import { useBeginSharing } from './use-begin-sharing.ts'
import { useSubject } from './use-subject.ts'
import { WorkView } from './work-view.tsx'

interface Props {
  readonly sheet: Exclude<Sheet, { kind: 'none' | 'receive' }>
  readonly onClose: () => void
}

export function ShareSheet({ sheet, onClose }: Props) {
  switch (sheet.kind) {
    case 'share-paths':
      return <BeginPaths paths={sheet.paths} />
    case 'share':
      return <OneShare of={sheet} onClose={onClose} />
    case 'share-job':
      return <OneShare of={{ kind: 'job', job: sheet.job }} onClose={onClose} />
    case 'share-tasks': {
      const [id = ''] = sheet.ids
      if (sheet.ids.length > 1) return <ManyShares ids={sheet.ids} onClose={onClose} />
      return <OneShare of={{ kind: 'task', id }} onClose={onClose} />
    }
  }
}

/** Begins once, however often it is drawn; the sheet of what was begun takes its place. */
function BeginPaths({ paths }: { paths: readonly string[] }) {
  const begin = useBeginSharing()
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    begin(paths.map((path) => ({ kind: 'path', path })))
  }, [begin, paths])
  return null
}

function OneShare({ of, onClose }: { of: SubjectKey; onClose: () => void }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  const subject = useSubject(of)
  const paths = useStore(shareTasks.store, ({ tasks }) =>
    of.kind === 'task' ? tasks.find(({ id }) => id === of.id)?.paths : undefined,
  )
  const name = nameOf(subject)
  return (
    <Dialog
      isOpen
      size="lg"
      onClose={onClose}
      title={name === '' ? t('title') : <NetworkText text={name} />}
      footer={
        subject.kind === 'share' ? (
          <ShareFooter share={subject.share} onClose={onClose} />
        ) : (
          <Button onPress={onClose}>{subject.kind === 'gone' ? common('close') : t('goOn')}</Button>
        )
      }
    >
      <SubjectView
        subject={subject}
        offer={paths === undefined ? null : <LinkEach paths={paths} subject={subject} />}
      />
    </Dialog>
  )
}

function SubjectView({ subject, offer }: { subject: Subject; offer: ReactNode }) {
  const t = useTranslations('share')
  switch (subject.kind) {
    case 'task':
    case 'job':
      return (
        <>
          <WorkView subject={subject} />
          {offer}
        </>
      )
    case 'share':
      return <ShareView share={subject.share} job={subject.job} offer={offer} />
    case 'gone':
      return <p className="muted">{t('gone')}</p>
  }
}
