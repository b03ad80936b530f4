/** What is being hashed before it can be shared: it has no root CID yet, so it is no row of the table. */
import { Hash } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { openSheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/parts.tsx'
import { useJobs } from '../engine/hooks.ts'

export function RunningImports() {
  const t = useTranslations('transfers')
  const jobs = useJobs()
  const running = [...jobs.values()].filter(({ state }) => state === 'walking' || state === 'hashing')
  const [first] = running
  if (first === undefined) return null
  return (
    <Notice
      tone="info"
      icon={<Hash aria-hidden />}
      actions={
        <Button size="sm" onPress={() => openSheet({ kind: 'share-job', job: first.job })}>
          {t('showImport')}
        </Button>
      }
    >
      {t('importing', { count: running.length })}
    </Notice>
  )
}
