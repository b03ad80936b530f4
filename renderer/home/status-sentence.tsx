/** One line that says how this node stands in the world; whoever wants to know why finds the way to the doctor. Rule [UI2]. */
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { classes } from '../design/classes.ts'
import { NetworkText } from '../design/network-text.tsx'
import { useConnection, useNode, usePeers } from '../engine/hooks.ts'
import { useNat } from '../model/reach-nat.ts'
import css from './home.module.css'
import { statusWords } from './status-words.ts'

export function StatusSentence() {
  const t = useTranslations('home')
  const node = useNode()
  const peers = usePeers()
  const nat = useNat()
  const isOnline = useConnection().state === 'online'
  const words = useMemo(() => statusWords(node, peers.values(), nat, isOnline), [node, peers, nat, isOnline])
  const isReached = words.internet === 'reached'
  return (
    <p className={css.status} role="status">
      <span className={classes(css.dot, css[words.tone])} aria-hidden />
      <span>
        {t.rich(`status.who.${words.who}`, {
          name: () => (
            <strong>
              <NetworkText text={node.name} />
            </strong>
          ),
        })}{' '}
        {words.tone === 'lost' ? null : (
          <>
            {t('status.nearby', { count: words.nearby })}{' '}
            {words.away === 0 ? null : `${t('status.away', { count: words.away })} `}
            {t(`status.internet.${words.internet}`)}{' '}
            {isReached || words.internet.startsWith('off') ? null : <Link href="/doctor">{t('status.why')}</Link>}
          </>
        )}
      </span>
    </p>
  )
}
