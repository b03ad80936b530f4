/**
 * What happens, said aloud by a screen reader: joins, leaves, completions, troubles; worded like the log. Many at once are
 * told as the newest few, so that speech does not lag behind.
 */
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { LogEntry } from '../../shared/contract/model.ts'
import { useLog } from '../engine/hooks.ts'
import { useLogText } from '../i18n/log-text.ts'

const SPOKEN: ReadonlySet<LogEntry['kind']> = new Set<LogEntry['kind']>([
  'peer-joined',
  'peer-left',
  'peer-back',
  'peer-banned',
  'download-complete',
  'trouble',
  'trouble-over',
])
const MAX_AT_ONCE = 3

export function LiveRegion() {
  const t = useTranslations('frame')
  const log = useLog()
  const logText = useLogText()
  const spokenUntil = useRef(Date.now())
  const [lines, setLines] = useState<readonly { readonly id: string; readonly text: string }[]>([])
  useEffect(() => {
    const fresh = log.filter((entry) => entry.at > spokenUntil.current && SPOKEN.has(entry.kind))
    const newest = fresh.at(-1)
    if (newest === undefined) return
    spokenUntil.current = newest.at
    setLines(fresh.slice(-MAX_AT_ONCE).map((entry, at) => ({ id: `${entry.at} ${at}`, text: logText(entry) })))
  }, [log, logText])
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-label={t('events')}>
      {lines.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  )
}
