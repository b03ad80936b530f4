/** How a share stands, in the user's language: a word for a pill, and a sentence that gives the reason. Rule [UI25]. */
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { useTroubleText } from '../i18n/trouble-text.ts'
import { standingOf } from './share-state.ts'

export interface ShareStateText {
  /** "Downloading", "Disk full". */
  word(share: ShareSummary): string
  /** "Downloading from 3 peers." What it waits for, and what would help. */
  reason(share: ShareSummary): string
}

export function useShareStateText(): ShareStateText {
  const t = useTranslations('states')
  const troubleText = useTroubleText()
  return useMemo(
    () => ({
      word(share) {
        const standing = standingOf(share)
        if (standing.word === 'trouble') return t(`troubleWord.${standing.code}`)
        return t(`word.${standing.word}`)
      },
      reason(share) {
        const standing = standingOf(share)
        switch (standing.word) {
          case 'trouble':
          case 'failed':
            return share.trouble === undefined ? t('reason.failed') : troubleText(share, share.trouble)
          case 'paused':
            return t(standing.isWhole ? 'reason.pausedWhole' : 'reason.paused')
          case 'resolving':
          case 'downloading':
          case 'waiting':
          case 'sharing':
            return t(`reason.${standing.word}`, { peers: standing.peers })
          default:
            return t(`reason.${standing.word}`)
        }
      },
    }),
    [t, troubleText],
  )
}
