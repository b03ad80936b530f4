/**
 * Everyone this node has met, connected or not, and what is known of the one that is chosen. The choice stands in the
 * address, so that other screens can link to a peer. Rules [UI65] to [UI69].
 */
import { UserPlus, Users } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { Button } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { EmptyState, Page, Segmented } from '../design/parts.tsx'
import { usePeers } from '../engine/hooks.ts'
import { ConnectDialog } from './connect-dialog.tsx'
import { PeerDetail } from './peer-detail.tsx'
import { matches, PEER_FILTERS, type PeerFilter } from './peer-filter.ts'
import { PeerTable } from './peer-table.tsx'
import css from './peers.module.css'

export function PeersScreen({ chosen }: { chosen: string | undefined }) {
  const t = useTranslations('peers')
  const peers = usePeers()
  const [, navigate] = useLocation()
  const [filter, setFilter] = useState<PeerFilter>('all')
  const [search, setSearch] = useState('')
  const [isConnecting, setConnecting] = useState(false)
  const rows = useMemo(
    () => [...peers.values()].filter((peer) => matches(peer, filter, search)),
    [peers, filter, search],
  )
  const peer = chosen === undefined ? undefined : peers.get(chosen)
  const choose = (id: string | undefined) => navigate(id === undefined ? '/peers' : `/peers/${id}`, { replace: true })
  return (
    <Page
      fill
      title={t('title')}
      subtitle={t('subtitle', {
        met: peers.size,
        connected: [...peers.values()].filter(({ connected }) => connected).length,
      })}
      actions={
        <Button icon={<UserPlus aria-hidden />} onPress={() => setConnecting(true)}>
          {t('connect')}
        </Button>
      }
    >
      {peers.size === 0 ? (
        <EmptyState icon={<Users />} title={t('empty.title')}>
          {t('empty.text')}
        </EmptyState>
      ) : (
        <>
          <div className={css.tools}>
            <Segmented
              label={t('filter')}
              value={filter}
              onChange={setFilter}
              options={PEER_FILTERS.map((id) => ({ id, label: t(`filters.${id}`) }))}
            />
            <div className={css.search}>
              <TextField label={t('search')} hideLabel placeholder={t('search')} value={search} onChange={setSearch} />
            </div>
          </div>
          <div className={css.split}>
            <div className={css.table}>
              <PeerTable rows={rows} chosen={chosen} onChoose={choose} />
            </div>
            {peer === undefined ? null : <PeerDetail key={peer.peer} peer={peer} onClose={() => choose(undefined)} />}
          </div>
        </>
      )}
      <ConnectDialog isOpen={isConnecting} onClose={() => setConnecting(false)} />
    </Page>
  )
}
