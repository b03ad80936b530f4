/**
 * The Kademlia routing table of one DHT as it is: one row per bucket, one dot per place in it, full where a peer is
 * connected. The row that is chosen tells its peers by name, so that everything drawn can also be read.
 */
import { useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useTranslations } from 'use-intl'
import type { DhtBucket, DhtView } from '../../shared/contract/network-view.ts'
import { classes } from '../design/classes.ts'
import { NetworkText } from '../design/network-text.tsx'
import { Card, Facts } from '../design/parts.tsx'
import { useFormats } from '../i18n/formats.ts'
import css from './network.module.css'

export function RoutingTables({ dht }: { dht: DhtView }) {
  const t = useTranslations('network.dht')
  const { number } = useFormats()
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const buckets = [...dht.buckets].filter(({ peers }) => peers.length > 0).sort((a, b) => a.commonBits - b.commonBits)
  const peers = buckets.reduce((sum, bucket) => sum + bucket.peers.length, 0)
  const shown = buckets.find(({ commonBits }) => commonBits === chosen)
  return (
    <Card title={t(`title.${dht.route}`)}>
      <div className={css.stack}>
        <p className="muted">{t('explanation', { k: dht.bucketSize })}</p>
        <Facts
          rows={[
            [t('mode'), t(`modes.${dht.mode}`)],
            [t('peers'), number(peers)],
            [t('lookups'), number(dht.lookups)],
            [t('recordsHeld'), dht.recordsHeld === undefined ? '–' : number(dht.recordsHeld)],
            [t('ownId'), <NetworkText key="id" text={`${dht.kadId.slice(0, 16)}…`} mono />],
          ]}
        />
        {buckets.length === 0 ? (
          <p>{t('empty')}</p>
        ) : (
          <ToggleButtonGroup
            aria-label={t('buckets')}
            orientation="vertical"
            selectionMode="single"
            selectedKeys={chosen === undefined ? [] : [String(chosen)]}
            onSelectionChange={(keys) => {
              const [key] = keys
              setChosen(key === undefined ? undefined : Number(key))
            }}
            className={css.buckets ?? ''}
          >
            {buckets.map((bucket) => (
              <ToggleButton
                key={bucket.commonBits}
                id={String(bucket.commonBits)}
                aria-label={t('bucketLabel', {
                  bits: bucket.commonBits,
                  count: bucket.peers.length,
                  connected: bucket.peers.filter(({ connected }) => connected).length,
                })}
                className={css.bucket ?? ''}
              >
                <span className={classes(css.bits, 'numeric')}>{t('bits', { bits: bucket.commonBits })}</span>
                <Dots bucket={bucket} size={dht.bucketSize} />
                <span className={classes(css.count, 'numeric')}>
                  {t('of', { count: bucket.peers.length, k: dht.bucketSize })}
                </span>
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        )}
        {shown === undefined ? null : (
          <ul className={css.list} aria-label={t('peersOf', { bits: shown.commonBits })}>
            {shown.peers.map((peer) => (
              <li key={peer.peer} className={css.item}>
                <span className={classes(css.dot, peer.connected && css.dotOn)} aria-hidden />
                <span className={css.grow}>
                  <NetworkText text={peer.name ?? peer.peer} clip />
                </span>
                <span className="muted">{peer.connected ? t('connected') : t('known')}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

function Dots({ bucket, size }: { bucket: DhtBucket; size: number }) {
  return (
    <span className={css.dots} aria-hidden>
      {Array.from({ length: Math.max(size, bucket.peers.length) }, (_, at) => {
        const peer = bucket.peers[at]
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in a bucket is its index
            key={at}
            className={classes(css.dot, peer !== undefined && css.dotKnown, peer?.connected === true && css.dotOn)}
          />
        )
      })}
    </span>
  )
}
