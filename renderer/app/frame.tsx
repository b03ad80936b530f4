/** The window: navigation at the side, with what the node does below it; the screen beside it. */
import { ArrowDown, ArrowUp, ArrowUpDown, House, Network, Settings, Stethoscope, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Link, useLocation } from 'wouter'
import { classes } from '../design/classes.ts'
import { Logo } from '../design/logo.tsx'
import nav from '../design/nav-item.module.css'
import { useConnection, useNode, useReplica } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import css from './frame.module.css'
import { LiveRegion } from './live-region.tsx'
import { OpenRequests } from './open-requests.tsx'
import { Screens } from './screens.tsx'
import { LostNotice } from './without-engine.tsx'

const NAVIGATION = [
  { id: 'home', to: '/', icon: <House aria-hidden /> },
  { id: 'transfers', to: '/transfers', icon: <ArrowUpDown aria-hidden /> },
  { id: 'network', to: '/network', icon: <Network aria-hidden /> },
  { id: 'peers', to: '/peers', icon: <Users aria-hidden /> },
  { id: 'doctor', to: '/doctor', icon: <Stethoscope aria-hidden /> },
  { id: 'settings', to: '/settings', icon: <Settings aria-hidden /> },
] as const satisfies readonly { id: string; to: string; icon: ReactNode }[]

export function Frame() {
  const t = useTranslations('frame')
  const [location] = useLocation()
  const isLost = useConnection().state === 'lost'
  return (
    <div className={css.frame}>
      <button type="button" className={css.skip} onClick={() => document.getElementById('content')?.focus()}>
        {t('skipToContent')}
      </button>
      <aside className={css.sidebar}>
        <div className={css.brand}>
          <Logo size={28} />
          <span>Shoal</span>
        </div>
        <nav aria-label={t('nav')}>
          <ul className={css.nav}>
            {NAVIGATION.map(({ id, to, icon }) => {
              const isHere = to === '/' ? location === '/' : location.startsWith(to)
              return (
                <li key={id}>
                  <Link
                    href={to}
                    className={classes(nav.item, css.item, isHere && nav.here)}
                    aria-current={isHere ? 'page' : undefined}
                    title={t(id)}
                  >
                    {icon}
                    <span className={css.itemLabel}>{t(id)}</span>
                  </Link>
                </li>
              )
            })}
          </ul>
        </nav>
        <NodeSummary isLost={isLost} />
      </aside>
      <main id="content" tabIndex={-1} className={css.main}>
        {isLost ? (
          <div className={css.lost}>
            <LostNotice />
          </div>
        ) : null}
        <div className={classes(css.screen, isLost && css.stale)}>
          <ErrorBoundary key={screenOf(location)}>
            <Screens />
          </ErrorBoundary>
        </div>
      </main>
      <OpenRequests />
      <LiveRegion />
    </div>
  )
}

/** Tabs of a screen are part of its address; going from one to the other is not another screen: focus and state stay. */
function screenOf(location: string): string {
  return location
    .split('/')
    .slice(0, location.startsWith('/transfers/') ? 3 : 2)
    .join('/')
}

function NodeSummary({ isLost }: { isLost: boolean }) {
  const t = useTranslations('frame')
  const { rate } = useFormats()
  const node = useNode()
  const peers = useReplica((replica) => replica.node.shoalPeers)
  return (
    <div className={css.node}>
      <div className={css.speeds}>
        <span className={css.down}>
          <ArrowDown aria-label={t('down')} />
          <span className="numeric">{isLost ? '–' : rate(node.downBytesPerSecond)}</span>
        </span>
        <span className={css.up}>
          <ArrowUp aria-label={t('up')} />
          <span className="numeric">{isLost ? '–' : rate(node.upBytesPerSecond)}</span>
        </span>
      </div>
      <div className={css.nodeName}>
        <span className={classes(css.dot, !isLost && peers > 0 && css.dotOn)} aria-hidden />
        <span className={css.nodePeers}>{isLost ? '–' : t('peersConnected', { count: peers })}</span>
      </div>
    </div>
  )
}
