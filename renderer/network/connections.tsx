/** Who this node is connected to at this moment, and how: each row is an open connection. */
import { Cable } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { NetworkText } from '../design/network-text.tsx'
import { Card, Pill } from '../design/parts.tsx'
import { usePeers } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { peerName } from '../model/peer-name.ts'
import css from './network.module.css'

/** Rows drawn; the Peers screen has everybody. */
const MAX_ROWS = 300

export function Connections() {
  const t = useTranslations('network.connections')
  const common = useTranslations('common')
  const { latency, number } = useFormats()
  const peers = usePeers()
  const connected = useMemo(
    () =>
      [...peers.values()]
        .filter((peer) => peer.connected)
        .sort((a, b) => Number(b.shoal) - Number(a.shoal) || peerName(a).localeCompare(peerName(b))),
    [peers],
  )
  return (
    <Card title={t('title', { count: connected.length })}>
      {connected.length === 0 ? (
        <p className="muted">{t('none')}</p>
      ) : (
        <div className={css.scrollX}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t('peer')}</th>
                <th scope="col">{t('path')}</th>
                <th scope="col">{t('address')}</th>
                <th scope="col">{t('transport')}</th>
                <th scope="col">{t('encryption')}</th>
                <th scope="col">{t('direction')}</th>
                <th scope="col">{t('rtt')}</th>
              </tr>
            </thead>
            <tbody className="numeric">
              {connected.slice(0, MAX_ROWS).map((peer) => (
                <tr key={peer.peer}>
                  <th scope="row" className={css.nameCell}>
                    <Link href={`/peers/${peer.peer}`}>
                      <NetworkText text={peerName(peer)} clip />
                    </Link>
                  </th>
                  <td>
                    {peer.path === undefined ? (
                      '–'
                    ) : (
                      <Pill tone={peer.path === 'relay' ? 'warning' : 'info'} icon={<Cable aria-hidden />}>
                        {common(`path.${peer.path}`)}
                      </Pill>
                    )}
                  </td>
                  <td className={css.addressCell}>
                    <NetworkText text={peer.address ?? '–'} clip mono />
                  </td>
                  <td>{peer.transport ?? '–'}</td>
                  <td>{peer.encryption ?? '–'}</td>
                  <td>{peer.direction === undefined ? '–' : t(`directions.${peer.direction}`)}</td>
                  <td>{peer.rttMs === undefined ? '–' : latency(peer.rttMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {connected.length > MAX_ROWS ? (
        <p className="muted">{t('more', { count: number(connected.length - MAX_ROWS) })}</p>
      ) : null}
    </Card>
  )
}
