/** When a peer came and went: a strip of time, and the same as a list, newest first. Asked again when its state changes. */
import { useTranslations } from 'use-intl'
import type { PeerEvent } from '../../shared/contract/network-view.ts'
import { classes } from '../design/classes.ts'
import { useReplica } from '../engine/hooks.ts'
import { usePolled } from '../engine/use-polled.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './peers.module.css'
import { presenceOf } from './presence.ts'

/** History changes when peers come and go; joins are seen in the event stream, this only catches up. */
const ASK_EVERY_MS = 5_000
const LISTED = 50

export function PeerHistory({ peer }: { peer: string }) {
  const t = useTranslations('peers.history')
  const { dateTime, percent } = useFormats()
  const nowAt = useReplica((replica) => replica.at)
  const connected = useReplica((replica) => replica.peers.get(peer)?.connected ?? false)
  const polled = usePolled(`${peer} ${connected}`, ASK_EVERY_MS, (api) => api.peerHistory(peer))
  const events: readonly PeerEvent[] = polled.state === 'loading' ? [] : (polled.value ?? [])
  const presence = presenceOf(events, nowAt)
  return (
    <div className={css.history}>
      <h3>{t('title')}</h3>
      {presence === undefined ? (
        <p className="muted">{polled.state === 'loading' ? t('loading') : t('none')}</p>
      ) : (
        <>
          <div className={css.strip} aria-hidden>
            {presence.spans.map((span) => (
              <span
                key={span.from}
                className={classes(css.span, css[span.state])}
                style={{ left: `${span.from * 100}%`, width: `${Math.max((span.to - span.from) * 100, 0.4)}%` }}
              />
            ))}
          </div>
          <p className="muted numeric">
            {t('present', { share: percent(presence.presentShare), since: dateTime(presence.sinceAt) })}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
          <section className={css.events} tabIndex={0} aria-label={t('title')}>
            <ol>
              {events
                .slice(-LISTED)
                .reverse()
                .map((event) => (
                  <li key={`${event.at} ${event.kind}`}>
                    <span className={classes(css.eventDot, css[event.kind])} aria-hidden />
                    <span>{t(`kinds.${event.kind}`)}</span>
                    <time className="muted numeric" dateTime={new Date(event.at).toISOString()}>
                      {dateTime(event.at)}
                    </time>
                  </li>
                ))}
            </ol>
          </section>
        </>
      )}
    </div>
  )
}
