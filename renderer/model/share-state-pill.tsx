/** How a share stands, as an icon, a word and a colour; the reason is its tooltip. Rule [UI25]. */
import {
  ArrowDown,
  ArrowUp,
  CirclePlay,
  CircleX,
  HardDriveDownload,
  Hourglass,
  Pause,
  Radar,
  Search,
  TriangleAlert,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Pill } from '../design/parts.tsx'
import { type ShareWord, standingOf, toneOf } from './share-state.ts'
import css from './share-state-pill.module.css'
import { useShareStateText } from './share-state-text.ts'

const ICONS: Readonly<Record<ShareWord, ReactNode>> = {
  resolving: <Search aria-hidden />,
  ready: <CirclePlay aria-hidden />,
  downloading: <ArrowDown aria-hidden />,
  searching: <Radar aria-hidden />,
  waiting: <Hourglass aria-hidden />,
  paused: <Pause aria-hidden />,
  finishing: <HardDriveDownload aria-hidden />,
  sharing: <ArrowUp aria-hidden />,
  trouble: <TriangleAlert aria-hidden />,
  failed: <CircleX aria-hidden />,
}

export function ShareStatePill({ share }: { share: ShareSummary }) {
  const text = useShareStateText()
  const standing = standingOf(share)
  return (
    <span title={text.reason(share)} className={css.pill}>
      <Pill tone={toneOf(standing)} icon={ICONS[standing.word]}>
        <span className={css.word}>{text.word(share)}</span>
      </Pill>
    </span>
  )
}
