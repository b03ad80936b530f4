/**
 * One share and everything that happens to it: how it stands, and five views of it. The view is part of the address, so that
 * a link within the window leads to it. Rule [UI45].
 */
import { Files, Grid3x3, Network, ScrollText, SearchX, Users } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Button } from '../design/button.tsx'
import { EmptyState, Tabs } from '../design/parts.tsx'
import { useShare } from '../engine/hooks.ts'
import { ChunksTab } from './chunks/chunks-tab.tsx'
import css from './detail.module.css'
import { DetailHeader } from './detail-header.tsx'
import { FilesTab } from './files/files-tab.tsx'
import { LogTab } from './log/log-tab.tsx'
import { PeersTab } from './peers/peers-tab.tsx'
import { SwarmTab } from './swarm/swarm-tab.tsx'
import { useChunkFeed } from './use-chunk-feed.ts'

const TABS = ['chunks', 'swarm', 'peers', 'files', 'log'] as const
type TabId = (typeof TABS)[number]

export function DetailScreen({ root, tab }: { root: string; tab: string | undefined }) {
  const t = useTranslations('detail')
  const share = useShare(root)
  const [, navigate] = useLocation()
  if (share === undefined)
    return (
      <EmptyState
        level={1}
        icon={<SearchX />}
        title={t('goneTitle')}
        actions={<Button onPress={() => navigate('/transfers')}>{t('toTransfers')}</Button>}
      >
        {t('goneText')}
      </EmptyState>
    )
  return <Detail share={share} tab={TABS.find((id) => id === tab) ?? 'chunks'} />
}

function Detail({ share, tab }: { share: ShareSummary; tab: TabId }) {
  const t = useTranslations('detail')
  const [, navigate] = useLocation()
  const feed = useChunkFeed(share.root, tab === 'chunks' || tab === 'swarm')
  const { root } = share
  return (
    <div className={css.screen}>
      <DetailHeader share={share} />
      <Tabs
        label={t('views')}
        selected={tab}
        onSelect={(id) => navigate(`/transfers/${root}/${id}`, { replace: true })}
        tabs={[
          {
            id: 'chunks',
            label: t('tab.chunks'),
            icon: <Grid3x3 aria-hidden />,
            content: () => <ChunksTab share={share} feed={feed} />,
          },
          {
            id: 'swarm',
            label: t('tab.swarm'),
            icon: <Network aria-hidden />,
            content: () => <SwarmTab share={share} feed={feed} />,
          },
          { id: 'peers', label: t('tab.peers'), icon: <Users aria-hidden />, content: () => <PeersTab root={root} /> },
          {
            id: 'files',
            label: t('tab.files'),
            icon: <Files aria-hidden />,
            content: () => <FilesTab share={share} />,
          },
          { id: 'log', label: t('tab.log'), icon: <ScrollText aria-hidden />, content: () => <LogTab root={root} /> },
        ]}
      />
    </div>
  )
}
