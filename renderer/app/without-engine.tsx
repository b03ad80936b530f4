/** What is shown while there is no engine behind the window: before the first snapshot, after the last, without a session. */
import { KeyRound, PlugZap, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useStore } from 'zustand'
import type { EngineProcessState } from '../../shared/shell/shell-api.ts'
import { Button } from '../design/button.tsx'
import { CopyButton } from '../design/copy-field.tsx'
import { Logo } from '../design/logo.tsx'
import { EmptyState, Notice } from '../design/parts.tsx'
import { useConnection, useEngineStore } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { useShell } from '../shell/shell-context.ts'
import { useSecond } from './use-second.ts'
import css from './without-engine.module.css'

/** The command that prints a fresh address; the same in every language. */
const OPEN_COMMAND = 'npx shoal open'

export function ConnectingScreen() {
  const t = useTranslations('frame')
  const connection = useConnection()
  return (
    <main className={css.centre}>
      <Logo size={72} />
      <p role="status">{t('connecting')}</p>
      {connection.state === 'lost' ? <LostNotice /> : null}
    </main>
  )
}

export function NoSessionScreen() {
  const t = useTranslations('frame')
  const common = useTranslations('common')
  return (
    <main className={css.centre}>
      <EmptyState
        icon={<KeyRound />}
        title={t('noSessionTitle')}
        actions={
          <>
            <code className={css.command}>{OPEN_COMMAND}</code>
            <CopyButton text={OPEN_COMMAND} label={common('copy')} />
          </>
        }
      >
        {t('noSessionText')}
      </EmptyState>
    </main>
  )
}

/** Over the screens, when the engine that they show does not answer: of when what is shown is, and what happens next. */
export function LostNotice() {
  const t = useTranslations('frame')
  const { time } = useFormats()
  const engine = useEngineStore()
  const connection = useConnection()
  const seenAt = useStore(engine.store, (state) => state.replica?.at)
  const process = useEngineProcess()
  const nowAt = useSecond(connection.state === 'lost')
  if (connection.state !== 'lost') return null
  const waitMs = connection.retryAt - nowAt
  return (
    <Notice
      tone={process.state === 'failed' ? 'danger' : 'warning'}
      icon={process.state === 'failed' ? <TriangleAlert aria-hidden /> : <PlugZap aria-hidden />}
      actions={
        <Button size="sm" onPress={() => engine.retryNow()}>
          {t('retryNow')}
        </Button>
      }
    >
      <div role="alert">
        <strong>
          {process.state === 'restarting'
            ? t('restarting', { attempt: process.attempt })
            : process.state === 'failed'
              ? t('engineFailed', { reason: process.reason })
              : t('lostTitle')}
        </strong>{' '}
        {seenAt === undefined ? null : t('lostStale', { time: time(seenAt) })}
      </div>
      <span className="muted">{waitMs > 0 ? t('retryIn', { seconds: Math.ceil(waitMs / 1000) }) : t('retrying')}</span>
    </Notice>
  )
}

function useEngineProcess(): EngineProcessState {
  const shell = useShell()
  const [process, setProcess] = useState<EngineProcessState>({ state: 'running' })
  useEffect(() => shell.onEngineProcess(setProcess), [shell])
  return process
}
