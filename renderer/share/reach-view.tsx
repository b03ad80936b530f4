/** Where a share can be had right now: one sentence, and how it stands for each distance. Said only when it is so. Rule [UI6]. */
import { CircleCheck, CircleDashed, CircleSlash, Globe, Laptop, Router } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { classes } from '../design/classes.ts'
import { useConnection, useNode, usePeers } from '../engine/hooks.ts'
import { isProven, type Reach, reachOf, SCOPES, type Scope, type ScopeReach } from '../model/reach.ts'
import { useNat } from '../model/reach-nat.ts'
import css from './share.module.css'

const ICONS = { computer: Laptop, network: Router, internet: Globe } as const

export function ReachView({ share }: { share: ShareSummary }) {
  const t = useTranslations('share')
  const isOnline = useConnection().state === 'online'
  const reach = useReach(share)
  const headline = useHeadline(reach)
  return (
    <section aria-label={t('reachTitle')}>
      <h3 className={css.heading}>{t('reachTitle')}</h3>
      <p className={classes(css.headline, isOnline && reach.farthest !== 'nobody' && css.headlineOn)}>
        {isOnline ? headline : t('reach.notKnown')}
      </p>
      <ul className={css.scopes}>
        {SCOPES.map((scope) => (
          <ScopeRow
            key={scope}
            scope={scope}
            reach={reach.scopes[scope]}
            isOnline={isOnline}
            isGiven={reach.gives !== 'nothing' && reach.stopped === undefined}
          />
        ))}
      </ul>
    </section>
  )
}

function useReach(share: ShareSummary): Reach {
  const node = useNode()
  const peers = usePeers()
  const nat = useNat()
  return useMemo(() => reachOf(node, share, peers.values(), nat), [node, share, peers, nat])
}

function useHeadline(reach: Reach): string {
  const t = useTranslations('share')
  if (reach.stopped !== undefined) return t(`reach.${reach.stopped}`)
  if (reach.gives === 'nothing') return t('reach.nothing')
  return t(reach.gives === 'part' ? 'reach.part' : 'reach.all', { where: reach.farthest })
}

function ScopeRow(props: { scope: Scope; reach: ScopeReach; isOnline: boolean; isGiven: boolean }) {
  const { scope, reach, isOnline, isGiven } = props
  const t = useTranslations('share')
  const common = useTranslations('common')
  const text = useScopeText(scope, reach)
  const Icon = ICONS[scope]
  // Whoever is connected from there: what is not given is had from nowhere.
  const isOn = isOnline && isGiven && isProven(reach)
  return (
    <li className={css.scope}>
      <Icon aria-hidden className={css.scopeIcon} />
      <div className={css.scopeText}>
        <span className={css.scopeName}>{t(`scope.${scope}`)}</span>
        <span className="muted">
          {isOnline ? text : '–'}{' '}
          {reach.state === 'waiting' && scope !== 'computer' && isOnline ? (
            <Link href="/doctor">{t('askDoctor')}</Link>
          ) : null}
        </span>
      </div>
      <span className={classes(css.scopeState, isOn && css.scopeOn)}>
        {isOn ? (
          <CircleCheck aria-label={common('yes')} />
        ) : reach.state === 'off' || !isGiven ? (
          <CircleSlash aria-label={common('no')} />
        ) : (
          <CircleDashed aria-label={t('notProven')} />
        )}
      </span>
    </li>
  )
}

function useScopeText(scope: Scope, reach: ScopeReach): string {
  const t = useTranslations('share')
  switch (reach.state) {
    case 'connected':
      return t(`connected.${scope}`, { peers: reach.peers })
    case 'confirmed':
      return t(`confirmed.${reach.how}`)
    case 'off':
      return t(`off.${reach.why}`)
    case 'waiting':
      if (reach.why !== 'nobody-yet') return t(`waiting.${reach.why}`)
      return t(`waiting.${scope === 'internet' ? 'unconfirmed' : scope}`)
  }
}
