/**
 * What happened to this share, in plain words: newest at the bottom, and the view stays there until somebody scrolls up.
 * Lines of the node as a whole about peers of this share belong to it too. Rule [UI50].
 */
import {
  ArrowDown,
  CircleAlert,
  CircleCheck,
  Download,
  Megaphone,
  Puzzle,
  ScrollText,
  UserMinus,
  UserPlus,
} from 'lucide-react'
import { memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { LogEntry } from '../../../shared/contract/model.ts'
import { useSecond } from '../../app/use-second.ts'
import { Button } from '../../design/button.tsx'
import { classes } from '../../design/classes.ts'
import { CopyButton } from '../../design/copy-field.tsx'
import { Select } from '../../design/field.tsx'
import { EmptyState } from '../../design/parts.tsx'
import { useLog, useSwarm } from '../../engine/hooks.ts'
import { useFormats } from '../../i18n/formats.ts'
import { useLogText } from '../../i18n/log-text.ts'
import tab from '../tab.module.css'
import css from './log.module.css'
import { groupOf, LOG_GROUPS, type LogGroup, logOf } from './log-groups.ts'

/** From the bottom, px: nearer than this it is at the bottom. */
const AT_BOTTOM_PX = 24

export function LogTab({ root }: { root: string }) {
  const t = useTranslations('detail')
  const { dateTime, time } = useFormats()
  const log = useLog()
  const swarm = useSwarm(root)
  const logText = useLogText()
  const [group, setGroup] = useState<'all' | LogGroup>('all')
  const entries = useMemo(() => logOf(log, root, swarm, group), [log, root, swarm, group])
  const nowAt = useSecond(true)
  const list = useRef<HTMLDivElement>(null)
  const [isAtBottom, setAtBottom] = useState(true)
  const newest = entries.at(-1)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line moves the bottom.
  useLayoutEffect(() => {
    if (isAtBottom && list.current !== null) list.current.scrollTop = list.current.scrollHeight
  }, [newest, isAtBottom, group])
  const copyText = () => entries.map((entry) => `${dateTime(entry.at)} ${time(entry.at)}\t${logText(entry)}`).join('\n')
  return (
    <div className={tab.column}>
      <div className={tab.tools}>
        <Select
          label={t('log.filter')}
          hideLabel
          value={group}
          onChange={setGroup}
          options={[
            { id: 'all' as const, label: t('log.group.all') },
            ...LOG_GROUPS.map((id) => ({ id, label: t(`log.group.${id}`) })),
          ]}
        />
        <span className="muted numeric">{t('log.count', { count: entries.length })}</span>
        <span className={css.end}>
          <CopyButton text={copyText} label={t('log.copy')} size="sm" />
        </span>
      </div>
      {entries.length === 0 ? (
        <EmptyState icon={<ScrollText />} title={t('log.emptyTitle')}>
          {t('log.emptyText')}
        </EmptyState>
      ) : (
        <div className={css.pane}>
          <section
            ref={list}
            className={css.list}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
            tabIndex={0}
            aria-label={t('log.label')}
            onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
              setAtBottom(scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX)
            }
          >
            <ol>
              {entries.map((entry) => (
                <Line
                  key={keyOf(entry)}
                  entry={entry}
                  text={logText(entry)}
                  minute={Math.floor((nowAt - entry.at) / (nowAt - entry.at < 60_000 ? 5_000 : 60_000))}
                />
              ))}
            </ol>
          </section>
          {isAtBottom ? null : (
            <span className={css.newest}>
              <Button size="sm" icon={<ArrowDown aria-hidden />} onPress={() => setAtBottom(true)}>
                {t('log.newest')}
              </Button>
            </span>
          )}
        </div>
      )}
    </div>
  )
}

/** Two lines may be of the same moment and say the same; the replica keeps each as one object. */
const keys = new WeakMap<LogEntry, number>()
let lastKey = 0

function keyOf(entry: LogEntry): number {
  const known = keys.get(entry)
  if (known !== undefined) return known
  lastKey += 1
  keys.set(entry, lastKey)
  return lastKey
}

/** `minute` changes as often as "how long ago" should be told anew. */
const Line = memo(function Line({ entry, text }: { entry: LogEntry; text: string; minute: number }) {
  const { time, dateTime, ago } = useFormats()
  const group = groupOf(entry.kind)
  return (
    <li className={classes(css.line, group === 'problems' && css.problem)}>
      <time dateTime={new Date(entry.at).toISOString()} title={dateTime(entry.at)} className="numeric">
        {time(entry.at)}
      </time>
      <span className={classes(css.ago, 'numeric')}>{ago(entry.at, Date.now())}</span>
      <span className={css.icon} aria-hidden>
        {iconOf(entry.kind)}
      </span>
      <span className={css.text}>{text}</span>
    </li>
  )
})

function iconOf(kind: LogEntry['kind']): ReactNode {
  switch (kind) {
    case 'peer-joined':
    case 'peer-returned':
    case 'peer-back':
      return <UserPlus />
    case 'peer-left':
    case 'peer-gone':
    case 'peer-suspect':
      return <UserMinus />
    case 'download-complete':
    case 'selection-complete':
    case 'trouble-over':
      return <CircleCheck />
    case 'announced':
      return <Megaphone />
    case 'chunks-reassigned':
      return <Puzzle />
    default:
      return groupOf(kind) === 'problems' ? <CircleAlert /> : <Download />
  }
}
