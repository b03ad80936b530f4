/**
 * Sheets that open over any screen: the share sheet of what was dropped, picked or opened with the app, and the receive
 * sheet of a link. Whoever wants one says so with `openSheet`; this shows it. Also what the system hands over (deep links,
 * files opened with the app), what is dropped anywhere on the window, and a word before a page that is copying is left.
 */
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { ReceiveSheet } from '../receive/receive-sheet.tsx'
import { ShareSheet } from '../share/share-sheet.tsx'
import { shareTasks } from '../share/share-tasks.ts'
import { WindowDrop } from '../share/window-drop.tsx'
import { useShell } from '../shell/shell-context.ts'
import { closeSheet, openSheet, type Sheet, sheets } from './sheets.ts'

export function OpenRequests() {
  const shell = useShell()
  const sheet = useStore(sheets, (state) => state.sheet)
  const opened = useStore(sheets, (state) => state.opened)
  useEffect(
    () =>
      shell.onOpen(({ links, paths }) => {
        const [link] = links
        if (link !== undefined) openSheet({ kind: 'receive', link })
        else if (paths.length > 0) openSheet({ kind: 'share-paths', paths })
      }),
    [shell],
  )
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
