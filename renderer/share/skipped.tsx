/** What was left out of a share when it was indexed, and why. Known of imports that the engine still remembers. Rule [UI5]. */
import { useTranslations } from 'use-intl'
import type { ImportJob } from '../../shared/contract/model.ts'
import { NetworkText } from '../design/network-text.tsx'
import css from './share.module.css'

const REASONS = ['symlink', 'special', 'unreadable', 'ignored', 'name', 'private'] as const
/** The job tells of at most a thousand; more than this nobody reads here. */
const MAX_SHOWN = 200

export function Skipped({ job }: { job: ImportJob | undefined }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  const skipped = job?.skipped ?? []
  if (skipped.length === 0) return null
  return (
    <details className={css.skipped}>
      <summary>{t('skipped', { count: skipped.length })}</summary>
      <ul>
        {skipped.slice(0, MAX_SHOWN).map(({ path, reason }) => {
          const known = REASONS.find((one) => one === reason)
          return (
            <li key={path}>
              <NetworkText text={path} clip />
              <span className="muted">{known === undefined ? reason : t(`skippedReason.${known}`)}</span>
            </li>
          )
        })}
      </ul>
      {skipped.length > MAX_SHOWN ? (
        <p className="muted">{common('andMore', { count: skipped.length - MAX_SHOWN })}</p>
      ) : null}
    </details>
  )
}
