/**
 * What can be done with one share or with many, as a menu, and the dialogs that some of it asks first. For the table of
 * transfers and for the screen of one share. What would be refused is not offered. Rule [UI28].
 */
import {
  ChevronsDown,
  ChevronsUp,
  Equal,
  Folder,
  Gauge,
  Link,
  ListOrdered,
  Pause,
  Play,
  Share2,
  Shuffle,
  Trash2,
} from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Priority, ShareSummary } from '../../shared/contract/model.ts'
import { openSheet } from '../app/sheets.ts'
import type { MenuAction } from '../design/menu.tsx'
import { toastDone } from '../design/toasts.tsx'
import { useCopy } from '../design/use-copy.ts'
import { useErrorToast } from '../design/use-error-toast.ts'
import { useShell } from '../shell/shell-context.ts'
import { LimitsDialog } from './limits-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { useRunOnAll } from './run-on-all.ts'
import { canBePaused, canBeSequential, canResume, canStart, placeOf } from './share-abilities.ts'

type Asked = { readonly what: 'remove' | 'limits'; readonly roots: readonly string[] }

export interface ShareActions {
  readonly start: (share: ShareSummary) => void
  readonly pause: (shares: readonly ShareSummary[]) => void
  readonly resume: (shares: readonly ShareSummary[]) => void
  readonly askLimits: (shares: readonly ShareSummary[]) => void
  readonly askRemove: (shares: readonly ShareSummary[]) => void
  readonly copyLinks: (shares: readonly ShareSummary[]) => void
  /** Undefined where the shell cannot. */
  readonly openFolder: ((share: ShareSummary) => void) | undefined
  readonly menuFor: (shares: readonly ShareSummary[]) => readonly (readonly MenuAction[])[]
  /** To be drawn somewhere in the screen. */
  readonly dialogs: ReactNode
}

const PRIORITY_ICONS: Readonly<Record<Priority, ReactNode>> = {
  high: <ChevronsUp aria-hidden />,
  normal: <Equal aria-hidden />,
  low: <ChevronsDown aria-hidden />,
}

/** `onRemoved`: the shares are gone, and a screen about one of them has nothing to show any more. */
export function useShareActions(onRemoved?: () => void): ShareActions {
  const t = useTranslations('transfers.actions')
  const tell = useErrorToast()
  const copy = useCopy()
  const shell = useShell()
  const runOnAll = useRunOnAll()
  const [asked, setAsked] = useState<Asked>()
  const ask = (what: Asked['what']) => (shares: readonly ShareSummary[]) =>
    setAsked({ what, roots: shares.map(({ root }) => root) })

  const pause = (shares: readonly ShareSummary[]) =>
    void runOnAll(shares.filter(canBePaused), (api, { root }) => api.pause(root))
  const resume = (shares: readonly ShareSummary[]) =>
    void runOnAll(shares.filter(canResume), (api, { root }) => api.resume(root))
  const start = (share: ShareSummary) => openSheet({ kind: 'receive', link: share.link })
  const askLimits = ask('limits')
  const askRemove = ask('remove')
  const copyLinks = (shares: readonly ShareSummary[]) =>
    copy(shares.map(({ link }) => link).join('\n'), () => toastDone(t('linksCopied', { count: shares.length })))
  const openFolder = shell.capabilities.reveal
    ? (share: ShareSummary) => {
        const path = placeOf(share)
        if (path === undefined) return
        shell.reveal(path).catch(tell)
      }
    : undefined

  const menuFor = (shares: readonly ShareSummary[]) => {
    const [only] = shares.length === 1 ? shares : []
    const menu: MenuAction[][] = [[], [], [], []]
    const [running, order, places, end] = menu
    const add = (group: MenuAction[] | undefined, action: MenuAction) => group?.push(action)
    if (only !== undefined && canStart(only))
      add(running, { id: 'start', label: t('start'), icon: <Play aria-hidden />, onAction: () => start(only) })
    if (shares.some(canResume))
      add(running, { id: 'resume', label: t('resume'), icon: <Play aria-hidden />, onAction: () => resume(shares) })
    if (shares.some(canBePaused))
      add(running, { id: 'pause', label: t('pause'), icon: <Pause aria-hidden />, onAction: () => pause(shares) })
    add(order, { id: 'limits', label: t('limits'), icon: <Gauge aria-hidden />, onAction: () => askLimits(shares) })
    for (const priority of ['high', 'normal', 'low'] as const) {
      if (shares.every((share) => share.priority === priority)) continue
      add(order, {
        id: `priority-${priority}`,
        label: t(`priority.${priority}`),
        icon: PRIORITY_ICONS[priority],
        onAction: () => void runOnAll(shares, (api, { root }) => api.setPriority({ root, priority })),
      })
    }
    const orderable = shares.filter(canBeSequential)
    if (orderable.length > 0) {
      const sequential = !orderable.every((share) => share.sequential)
      add(order, {
        id: 'sequential',
        label: t(sequential ? 'inOrder' : 'rarestFirst'),
        icon: sequential ? <ListOrdered aria-hidden /> : <Shuffle aria-hidden />,
        onAction: () => void runOnAll(orderable, (api, { root }) => api.setSequential({ root, sequential })),
      })
    }
    if (only !== undefined)
      add(places, {
        id: 'share',
        label: t('shareSheet'),
        icon: <Share2 aria-hidden />,
        onAction: () => openSheet({ kind: 'share', root: only.root }),
      })
    add(places, {
      id: 'copy-link',
      label: t('copyLink', { count: shares.length }),
      icon: <Link aria-hidden />,
      onAction: () => copyLinks(shares),
    })
    if (only !== undefined && placeOf(only) !== undefined && openFolder !== undefined)
      add(places, {
        id: 'folder',
        label: t('openFolder'),
        icon: <Folder aria-hidden />,
        onAction: () => openFolder(only),
      })
    add(end, {
      id: 'remove',
      label: t('remove'),
      icon: <Trash2 aria-hidden />,
      danger: true,
      onAction: () => askRemove(shares),
    })
    return menu
  }

  const close = () => setAsked(undefined)
  const dialogs =
    asked === undefined ? null : asked.what === 'limits' ? (
      <LimitsDialog roots={asked.roots} onClose={close} />
    ) : (
      <RemoveDialog roots={asked.roots} onClose={close} onRemoved={onRemoved} />
    )
  return { start, pause, resume, askLimits, askRemove, copyLinks, openFolder, menuFor, dialogs }
}
