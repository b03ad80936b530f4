/** What is known of one peer of the swarm, in words: the one that is pointed at or chosen by keyboard. */
import { CheckCheck, CircleAlert, CircleCheck, CircleSlash } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { SwarmPeer } from '../../../shared/contract/model.ts'
import { Pill } from '../../design/parts.tsx'
import { useConnection, useReplica } from '../../engine/hooks.ts'
import { useFormats } from '../../i18n/formats.ts'
import type { PeerLooks } from '../../model/peer-color.ts'
import { PeerLabel } from '../peer-label.tsx'
import tab from '../tab.module.css'
import { conditionOf, type PeerCondition } from './swarm-facts-of.ts'

export function SwarmPeerFacts({ root, peer, looks }: { root: string; peer: string; looks: PeerLooks }) {
  const t = useTranslations('detail')
  const row = useReplica((replica) => replica.swarm.get(root)?.get(peer))
  const known = useReplica((replica) => replica.peers.get(peer))
  const chunkCount = useReplica((replica) => replica.shares.get(root)?.chunkCount)
  return (
    <div className={tab.facts}>
      <h2>
        <PeerLabel peer={peer} looks={looks} />
      </h2>
      {row === undefined ? (
        <p className="muted">{t('swarm.hasLeft')}</p>
      ) : (
        <>
          <p>
            <ConditionPill row={row} condition={conditionOf(row, known)} isComplete={row.haveChunks === chunkCount} />
          </p>
          <PeerRows row={row} chunkCount={chunkCount} />
        </>
      )}
    </div>
  )
}

export function ConditionPill(props: {
  row: Pick<SwarmPeer, 'liveness'>
  condition: PeerCondition
  isComplete: boolean
}) {
  const t = useTranslations('detail')
  switch (props.condition) {
    case 'banned':
      return (
        <Pill tone="danger" icon={<CircleSlash aria-hidden />}>
          {t('peers.banned')}
        </Pill>
      )
    case 'gone':
      return <Pill icon={<CircleSlash aria-hidden />}>{t('peers.gone')}</Pill>
    case 'suspect':
      return (
        <Pill tone="warning" icon={<CircleAlert aria-hidden />}>
          {t('peers.suspect')}
        </Pill>
      )
    case 'here':
      return (
        <Pill tone="ok" icon={props.isComplete ? <CheckCheck aria-hidden /> : <CircleCheck aria-hidden />}>
          {t(props.isComplete ? 'peers.complete' : props.row.liveness === 'back' ? 'peers.back' : 'peers.alive')}
        </Pill>
      )
  }
}

function PeerRows({ row, chunkCount }: { row: SwarmPeer; chunkCount: number | undefined }) {
  const t = useTranslations('detail')
  const { percentDone, rate, bytes, number, latency } = useFormats()
  const isLost = useConnection().state === 'lost'
  const speed = (value: number) => (isLost ? '–' : rate(value))
  const rows: readonly (readonly [string, string])[] = [
    [
      t('peers.column.progress'),
      chunkCount === undefined || chunkCount === 0
        ? number(row.haveChunks)
        : t('swarm.haveOf', {
            percent: percentDone(row.haveChunks / chunkCount),
            have: number(row.haveChunks),
            total: number(chunkCount),
          }),
    ],
    [t('peers.column.path'), row.path === undefined ? '–' : t(`peers.path.${row.path}`)],
    [t('peers.column.down'), speed(row.downBytesPerSecond)],
    [t('peers.column.up'), speed(row.upBytesPerSecond)],
    [t('swarm.totals'), t('swarm.totalsOf', { received: bytes(row.receivedBytes), sent: bytes(row.sentBytes) })],
    [t('peers.column.inFlight'), t('swarm.inFlightOf', { chunks: row.inFlight, size: bytes(row.window) })],
    [t('peers.column.rtt'), row.rttMs === undefined ? '–' : latency(row.rttMs)],
    [t('peers.column.slots'), t(`peers.slots.${slotsOf(row)}`)],
  ]
  return (
    <dl>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="numeric">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Who grants whom an upload slot. */
export function slotsOf(row: Pick<SwarmPeer, 'chokedByPeer' | 'chokedByUs'>): 'both' | 'theirs' | 'ours' | 'none' {
  if (row.chokedByPeer) return row.chokedByUs ? 'none' : 'ours'
  return row.chokedByUs ? 'theirs' : 'both'
}
