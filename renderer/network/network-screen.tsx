/**
 * The node in its network: who it is connected to, what its routing tables hold, what it has announced, what its
 * connections carry, and which infrastructure it leans on. Asked once a second while it is looked at. Rules [UI60] to [UI64].
 */

import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { EmptyState, Notice, Page } from '../design/parts.tsx'
import { usePolled } from '../engine/use-polled.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { Connections } from './connections.tsx'
import { InfrastructureCard } from './infrastructure.tsx'
import css from './network.module.css'
import { ProviderRecords } from './provider-records.tsx'
import { RoutingTables } from './routing-tables.tsx'
import { TrafficCard } from './traffic.tsx'

const ASK_EVERY_MS = 1_000

export function NetworkScreen() {
  const t = useTranslations('network')
  const errorText = useErrorText()
  const view = usePolled('network', ASK_EVERY_MS, (api) => api.network())
  const network = view.state === 'loading' ? undefined : view.value
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      {view.state === 'failed' ? <Notice tone="warning">{errorText(view.error)}</Notice> : null}
      {network === undefined ? (
        view.state === 'loading' ? (
          <EmptyState icon={<LoaderCircle />} title={t('loading')} />
        ) : null
      ) : (
        <InfrastructureCard network={network} />
      )}
      <TrafficCard />
      <Connections />
      {network === undefined ? null : (
        <div className={css.tables}>
          {network.dhts.map((dht) => (
            <RoutingTables key={dht.route} dht={dht} />
          ))}
        </div>
      )}
      <ProviderRecords />
    </Page>
  )
}
