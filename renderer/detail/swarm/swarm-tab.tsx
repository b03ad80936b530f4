/**
 * The swarm of a share as a picture: we in the middle, peers around us, chunks on their way between. The pointer or the
 * arrow keys choose a peer, whose facts stand beside it; the same facts of everybody are the table of peers.
 * Rules [UI46] [UI47] [UI48].
 */
import { Users } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import type { ShareSummary } from '../../../shared/contract/model.ts'
import { isMotionReduced } from '../../app/appearance.ts'
import { classes } from '../../design/classes.ts'
import { EmptyState } from '../../design/parts.tsx'
import { useConnection, useReplica, useSwarm } from '../../engine/hooks.ts'
import { useFormats } from '../../i18n/formats.ts'
import { useAppearance, useSize } from '../canvas/use-canvas.ts'
import type { ChunkFeed } from '../chunk-feed.ts'
import tab from '../tab.module.css'
import css from './swarm.module.css'
import { SwarmPeerFacts } from './swarm-facts.tsx'
import { MAX_DRAWN } from './swarm-facts-of.ts'
import { SwarmLegend } from './swarm-legend.tsx'
import type { PaintWords } from './swarm-painter.ts'
import { useSwarmPicture } from './use-swarm-picture.ts'

export function SwarmTab({ share, feed }: { share: ShareSummary; feed: ChunkFeed }) {
  const t = useTranslations('detail')
  const { root } = share
  const total = useReplica((replica) => replica.swarm.get(root)?.size ?? 0)
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const size = useSize(box)
  const below = useRef<HTMLCanvasElement>(null)
  const above = useRef<HTMLCanvasElement>(null)
  const [hovered, setHovered] = useState<string>()
  const [pinned, setPinned] = useState<string>()
  const chosen = pinned ?? hovered
  const words = useWords()
  const picture = useSwarmPicture({ root, feed, size, below, above, words, chosen })
  const summary = useSummary(share)
  // Drawn again when motion is switched on or off.
  useAppearance()

  const pointed = (event: PointerEvent<HTMLDivElement>) => {
    const rect = event.currentTarget.getBoundingClientRect()
    return picture.scene.at(event.clientX - rect.left - rect.width / 2, event.clientY - rect.top - rect.height / 2)
  }
  const onKey = (event: KeyboardEvent) => {
    const by = STEPS[event.key]
    if (by !== undefined) setPinned(picture.scene.next(chosen, by))
    else if (event.key === 'Escape') setPinned(undefined)
    else return
    event.preventDefault()
  }
  return (
    <div className={tab.column}>
      <p className={tab.summary}>
        {summary} {total > MAX_DRAWN ? t('swarm.onlyDrawn', { count: MAX_DRAWN }) : ''}{' '}
        <Link href={`/transfers/${root}/peers`}>{t('swarm.seeTable')}</Link>
      </p>
      <div className={css.split}>
        {/* A picture with a cursor of its own; the table of peers is the same in elements. */}
        <div
          ref={setBox}
          className={css.picture}
          role="application"
          aria-roledescription={t('swarm.role')}
          aria-label={summary}
          aria-describedby="swarm-keys"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it has a cursor that the keyboard moves.
          tabIndex={0}
          onKeyDown={onKey}
          onPointerMove={(event) => setHovered(pointed(event))}
          onPointerLeave={() => setHovered(undefined)}
          onPointerDown={(event) => {
            const found = pointed(event)
            setPinned((before) => (before === found ? undefined : found))
          }}
        >
          <canvas ref={below} className={css.layer} />
          <canvas ref={above} className={css.layer} />
        </div>
        <aside
          aria-label={t('side')}
          className={classes(tab.side, css.facts)}
          aria-live={pinned === undefined ? 'off' : 'polite'}
          aria-atomic="true"
        >
          {chosen !== undefined ? (
            <SwarmPeerFacts root={root} peer={chosen} looks={feed.looks} />
          ) : total === 0 ? (
            <EmptyState icon={<Users />} title={t('swarm.aloneTitle')}>
              {t('swarm.aloneText')}
            </EmptyState>
          ) : (
            <div className={tab.facts}>
              <h2>{t('swarm.pointTitle')}</h2>
              <p className="muted">{t('swarm.pointText')}</p>
            </div>
          )}
        </aside>
      </div>
      <SwarmLegend isStill={isMotionReduced()} />
      <p id="swarm-keys" className="visually-hidden">
        {t('swarm.keys')}
      </p>
    </div>
  )
}

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

function useWords(): PaintWords {
  const t = useTranslations('detail')
  const { percentDone, duration, rate, number } = useFormats()
  return useMemo(
    () => ({
      you: t('swarm.you'),
      font: getComputedStyle(document.body).fontFamily,
      percent: percentDone,
      left: (leftAt, nowAt) =>
        t('swarm.leftAgo', { time: duration(Math.max(0, Math.floor((nowAt - leftAt) / 1_000)) * 1_000) }),
      rates: (down, up) =>
        [down > 0 ? `↓ ${rate(down)}` : '', up > 0 ? `↑ ${rate(up)}` : ''].filter((part) => part !== '').join('  '),
      counted: (count) => `↓ ${number(count.down)}  ↑ ${number(count.up)}`,
    }),
    [t, percentDone, duration, rate, number],
  )
}

/** "5 peers: 2 have all of it, 3 a part. 1 does not answer. …" */
function useSummary(share: ShareSummary): string {
  const t = useTranslations('detail')
  const { rate } = useFormats()
  const isLost = useConnection().state === 'lost'
  const swarm = useSwarm(share.root)
  const counts = useMemo(() => {
    let complete = 0
    let suspect = 0
    for (const row of swarm.values()) {
      if (row.liveness === 'gone') continue
      if (row.liveness === 'suspect') suspect += 1
      if (row.haveChunks === share.chunkCount) complete += 1
    }
    return { total: swarm.size, complete, suspect }
  }, [swarm, share.chunkCount])
  const speeds = isLost
    ? { down: '–', up: '–' }
    : { down: rate(share.downBytesPerSecond), up: rate(share.upBytesPerSecond) }
  return t('swarm.summary', { ...counts, ...speeds })
}
