/** Which machines that are not just peers are in use, and whether they could be switched off this moment: decentralization as a fact. */
import { Circle, CircleCheck, House, Link2, Router, Server, Unlink } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Infrastructure, NetworkView } from '../../shared/contract/network-view.ts'
import { NetworkText } from '../design/network-text.tsx'
import { Card, Facts, Notice, Pill, type Tone } from '../design/parts.tsx'
import css from './network.module.css'

const TONES: Record<NetworkView['independence'], Tone> = {
  'none-in-use': 'ok',
  'could-be-off': 'ok',
  relayed: 'warning',
  'bootstrap-only': 'warning',
  alone: 'neutral',
}

const ICONS: Record<Infrastructure['kind'], typeof Server> = {
  bootstrap: Server,
  relay: Link2,
  'port-mapping': Router,
}

export function InfrastructureCard({ network }: { network: NetworkView }) {
  const t = useTranslations('network')
  const { nat } = network
  return (
    <Card title={t('infrastructure.title')}>
      <div className={css.stack}>
        <Notice
          tone={TONES[network.independence]}
          icon={network.independence === 'alone' ? <House aria-hidden /> : <Unlink aria-hidden />}
        >
          <strong>{t(`independence.${network.independence}.title`)}</strong>{' '}
          {t(`independence.${network.independence}.text`)}
        </Notice>
        <Facts
          rows={[
            [t('nat.title'), t(`nat.${nat.state}`)],
            [
              t('nat.addresses'),
              nat.publicAddresses.length === 0 ? (
                t('nat.noAddress')
              ) : (
                <ul key="addresses">
                  {nat.publicAddresses.map((address) => (
                    <li key={address}>
                      <NetworkText text={address} mono />
                    </li>
                  ))}
                </ul>
              ),
            ],
          ]}
        />
        {network.infrastructure.length === 0 ? (
          <p className="muted">{t('infrastructure.none')}</p>
        ) : (
          <ul className={css.list} aria-label={t('infrastructure.title')}>
            {network.infrastructure.map((item) => {
              const Icon = ICONS[item.kind]
              return (
                <li key={`${item.kind} ${item.address}`} className={css.item}>
                  <Icon aria-hidden />
                  <span>{t(`infrastructure.kind.${item.kind}`)}</span>
                  <span className={css.grow}>
                    <NetworkText text={item.address} clip mono />
                  </span>
                  <Pill
                    tone={item.inUse ? 'info' : 'neutral'}
                    icon={item.inUse ? <CircleCheck aria-hidden /> : <Circle aria-hidden />}
                  >
                    {item.inUse ? t('infrastructure.inUse') : t('infrastructure.notInUse')}
                  </Pill>
                </li>
              )
            })}
          </ul>
        )}
      </div>
    </Card>
  )
}
