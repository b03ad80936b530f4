/** What is known of one peer: facts, nickname, the shares we have in common now, when it came and went; and blocking it. */
import { Ban, CircleCheck, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import type { Peer } from '../../shared/contract/model.ts'
import { Button, IconButton } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { TextField } from '../design/field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Facts, Notice, Pill } from '../design/parts.tsx'
import { useReplica, useShares } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import { useFormats } from '../i18n/formats.ts'
import { peerName } from '../model/peer-name.ts'
import { PeerHistory } from './peer-history.tsx'
import css from './peers.module.css'

/** As the contract bounds it. */
const MAX_NICKNAME_LENGTH = 64

export function PeerDetail({ peer, onClose }: { peer: Peer; onClose: () => void }) {
  const t = useTranslations('peers')
  const common = useTranslations('common')
  const { bytes, dateTime, latency } = useFormats()
  const run = useCommand()
  const [nickname, setNickname] = useState(peer.nickname ?? '')
  const [isAsking, setAsking] = useState(false)
  const shares = useShares()
  const swarm = useReplica((replica) => replica.swarm)
  const shared = [...swarm].flatMap(([root, rows]) => {
    const row = rows.get(peer.peer)
    const share = shares.get(root)
    return row === undefined || share === undefined ? [] : [{ share, row }]
  })
  const saveNickname = () => {
    const wanted = nickname.trim()
    if (wanted === (peer.nickname ?? '')) return
    void run((api) => api.nickname({ peer: peer.peer, nickname: wanted === '' ? null : wanted }))
  }
  const block = async (blocked: boolean) => {
    await run((api) => api.block({ peer: peer.peer, blocked }))
    setAsking(false)
  }
  return (
    <section className={css.detail} aria-label={t('detail', { name: peerName(peer) })}>
      <header className={css.detailHead}>
        <h2>
          <NetworkText text={peerName(peer)} />
        </h2>
        <IconButton label={common('close')} size="sm" onPress={onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      <div className={css.pills}>
        <Pill tone={peer.connected ? 'ok' : 'neutral'} icon={peer.connected ? <CircleCheck aria-hidden /> : undefined}>
          {peer.connected ? t('connected') : t('away')}
        </Pill>
        {peer.blocked === undefined ? null : (
          <Pill tone="danger" icon={<Ban aria-hidden />}>
            {t('blocked')}
          </Pill>
        )}
      </div>
      {peer.blocked === undefined ? null : (
        <Notice tone="danger" icon={<Ban aria-hidden />}>
          {t('blockedBecause', { reason: peer.blocked.reason, when: dateTime(peer.blocked.at) })}
        </Notice>
      )}
      <TextField
        label={t('nickname')}
        hint={t('nicknameHint')}
        value={nickname}
        maxLength={MAX_NICKNAME_LENGTH}
        onChange={setNickname}
        onBlur={saveNickname}
        onSubmit={saveNickname}
        placeholder={peer.name ?? ''}
      />
      <Facts
        rows={[
          [t('ownName'), peer.name === undefined ? '–' : <NetworkText key="name" text={peer.name} />],
          [t('client'), peer.client === undefined ? '–' : <NetworkText key="client" text={peer.client} />],
          [t('path'), peer.path === undefined ? '–' : common(`path.${peer.path}`)],
          [t('rtt'), peer.rttMs === undefined ? '–' : latency(peer.rttMs)],
          [t('firstSeen'), peer.firstSeenAt === undefined ? '–' : dateTime(peer.firstSeenAt)],
          [t('lastSeen'), peer.connected ? t('now') : peer.lastSeenAt === undefined ? '–' : dateTime(peer.lastSeenAt)],
          [t('address'), peer.address === undefined ? '–' : <NetworkText key="address" text={peer.address} mono />],
          [t('peerId'), <NetworkText key="id" text={peer.peer} mono />],
        ]}
      />
      <h3>{t('common')}</h3>
      {shared.length === 0 ? (
        <p className="muted">{t('nothingInCommon')}</p>
      ) : (
        <ul className={css.common}>
          {shared.map(({ share, row }) => (
            <li key={share.root}>
              <Link href={`/transfers/${share.root}/swarm`}>
                <NetworkText text={share.name} clip />
              </Link>
              <span className="muted numeric">
                {t('moved', { received: bytes(row.receivedBytes), sent: bytes(row.sentBytes) })}
              </span>
            </li>
          ))}
        </ul>
      )}
      <PeerHistory peer={peer.peer} />
      <div>
        {peer.blocked === undefined ? (
          <Button variant="danger" icon={<Ban aria-hidden />} onPress={() => setAsking(true)}>
            {t('block')}
          </Button>
        ) : (
          <Button onPress={() => block(false)}>{t('unblock')}</Button>
        )}
      </div>
      <Dialog
        role="alertdialog"
        size="sm"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('blockTitle', { name: peerName(peer) })}
        footer={
          <>
            <Button onPress={() => setAsking(false)}>{common('cancel')}</Button>
            <Button variant="danger" onPress={() => block(true)}>
              {t('block')}
            </Button>
          </>
        }
      >
        {t('blockText')}
      </Dialog>
    </section>
  )
}
