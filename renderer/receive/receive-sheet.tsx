/**
 * The sheet of a link: asks for it when there is none, opens it at once, and while sources are still coming shows what it
 * brings and lets the user choose what, where to, and begin. Turning away takes back what only this link brought in.
 * Rules [UI11]-[UI14].
 */
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useStore } from 'zustand'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { useEngineStore, useShare } from '../engine/hooks.ts'
import { AskForLink } from './ask-for-link.tsx'
import { ReceiveSession } from './receive-session.ts'
import { ReceiveShare } from './receive-share.tsx'

export function ReceiveSheet({ link, onClose }: { link: string; onClose: () => void }) {
  const engine = useEngineStore()
  const [session] = useState(
    () =>
      new ReceiveSession({
        api: () => engine.store.getState().api,
        knownRoots: () => new Set(engine.store.getState().replica?.shares.keys()),
      }),
  )
  const opening = useStore(session.store, (state) => state.opening)
  useEffect(() => {
    if (link.trim() !== '') void session.open(link)
  }, [session, link])
  if (opening.state === 'open') {
    return <OpenedShare session={session} root={opening.root} isNew={opening.isNew} onClose={onClose} />
  }
  return (
    <AskForLink
      link={link}
      isOpening={opening.state === 'opening'}
      error={opening.state === 'refused' ? opening.error : undefined}
      onOpen={(text) => void session.open(text)}
      onClose={() => {
        session.abandon()
        onClose()
      }}
    />
  )
}

function OpenedShare(props: { session: ReceiveSession; root: string; isNew: boolean; onClose: () => void }) {
  const { session, root, isNew, onClose } = props
  const t = useTranslations('receive')
  const common = useTranslations('common')
  const share = useShare(root)
  // The answer to the command may come before the event that tells of the share: it is gone only if it was here.
  const [wasHere, setWasHere] = useState(share !== undefined)
  useEffect(() => {
    if (share !== undefined) setWasHere(true)
  }, [share])
  if (share !== undefined) return <ReceiveShare session={session} share={share} isNew={isNew} onClose={onClose} />
  return (
    <Dialog
      isOpen
      size="lg"
      title={t('title')}
      onClose={onClose}
      footer={<Button onPress={onClose}>{common('close')}</Button>}
    >
      <p role="status">{t(wasHere ? 'gone' : 'opening')}</p>
    </Dialog>
  )
}
