/**
 * Sheets that open over any screen: the share sheet of what was dropped, picked or opened with the app, and the receive
 * sheet of a link. Whoever wants one says so with `openSheet`; this shows it. Also what the system hands over (deep links,
 * files opened with the app), one thing after the other; what is dropped anywhere on the window; and a word before a page
 * that is copying is left. Rule [UI85].
 */
import { useEffect, useEffectEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useStore } from 'zustand'
import { MAX_PATHS_TOGETHER } from '../../shared/contract/limits.ts'
import type { OpenRequest } from '../../shared/shell/shell-api.ts'
import { toastError } from '../design/toasts.tsx'
import { ReceiveSheet } from '../receive/receive-sheet.tsx'
import { ShareSheet } from '../share/share-sheet.tsx'
import { shareTasks } from '../share/share-tasks.ts'
import { WindowDrop } from '../share/window-drop.tsx'
import { useShell } from '../shell/shell-context.ts'
import { closeSheet, queueSheets, type Sheet, sheets } from './sheets.ts'

export function OpenRequests() {
  const t = useTranslations('frame')
  const shell = useShell()
  const sheet = useStore(sheets, (state) => state.sheet)
  const opened = useStore(sheets, (state) => state.opened)
  const take = useEffectEvent((request: OpenRequest) => {
    const { leftOut } = queueSheets(sheetsOf(request))
    if (leftOut > 0) toastError(t('leftOut', { count: leftOut }), t('leftOutHelp'))
  })
  useEffect(() => shell.onOpen((request) => take(request)), [shell])
  useEffect(() => {
    const hold = (event: BeforeUnloadEvent) => {
      if (shareTasks.isCopying) event.preventDefault()
    }
    window.addEventListener('beforeunload', hold)
    return () => window.removeEventListener('beforeunload', hold)
  }, [])
  return (
    <>
      <WindowDrop isOff={sheet.kind !== 'none'} />
      <OpenSheet key={opened} sheet={sheet} />
    </>
  )
}

/** A sheet for each link; paths that came together are one share, if they are not too many for one. */
function sheetsOf({ links, paths }: OpenRequest): Sheet[] {
  const batches: Sheet[] = []
  for (let from = 0; from < paths.length; from += MAX_PATHS_TOGETHER)
    batches.push({ kind: 'share-paths', paths: paths.slice(from, from + MAX_PATHS_TOGETHER) })
  return [...links.map((link): Sheet => ({ kind: 'receive', link })), ...batches]
}

function OpenSheet({ sheet }: { sheet: Sheet }) {
  switch (sheet.kind) {
    case 'none':
      return null
    case 'receive':
      return <ReceiveSheet link={sheet.link} onClose={closeSheet} />
    default:
      return <ShareSheet sheet={sheet} onClose={closeSheet} />
  }
}
