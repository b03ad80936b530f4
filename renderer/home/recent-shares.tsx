/** The latest shares as cards; and where there are none, an invitation. */
import { Fish } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { openSheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { EmptyState } from '../design/parts.tsx'
import { useApi, useShares } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import css from './home.module.css'
import { recentShares } from './recent.ts'
import { ShareCard } from './share-card.tsx'

export function RecentShares() {
  const t = useTranslations('home')
  const shares = useShares()
  const recent = useMemo(() => recentShares(shares.values()), [shares])
  if (recent.length === 0) {
    return (
      <div className={css.invitation}>
        <EmptyState icon={<Fish />} title={t('emptyTitle')} actions={<SampleButton />}>
          {t('emptyText')}
        </EmptyState>
      </div>
    )
  }
  return (
    <section aria-label={t('recent')}>
      <header className={css.recentHeader}>
        <h2>{t('recent')}</h2>
        <span className={css.recentActions}>
          <SampleButton />
          <Link href="/transfers">{t('allTransfers', { count: shares.size })}</Link>
        </span>
      </header>
      <ul className={css.cards}>
        {recent.map((share) => (
          <li key={share.root}>
            <ShareCard share={share} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function SampleButton() {
  const t = useTranslations('home')
  const api = useApi()
  const command = useCommand()
  const [isAsking, setAsking] = useState(false)
  const share = async () => {
    setAsking(true)
    const job = await command((engine) => engine.shareSample())
    setAsking(false)
    if (job === undefined) return
    openSheet(job.root === undefined ? { kind: 'share-job', job: job.job } : { kind: 'share', root: job.root })
  }
  return (
    <Button size="sm" isDisabled={api === undefined || isAsking} onPress={() => void share()}>
      {t('trySample')}
    </Button>
  )
}
