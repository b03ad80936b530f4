/** What somebody who looks after this node wants to know: where it lives, since when it runs, what it measures. */
import { Power } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { CopyButton } from '../design/copy-field.tsx'
import { Dialog } from '../design/dialog.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Card, Facts } from '../design/parts.tsx'
import { useErrorToast } from '../design/use-error-toast.ts'
import { useApi, useNode } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import { useFormats } from '../i18n/formats.ts'
import { useShell } from '../shell/shell-context.ts'
import { CopyRow } from './copy-row.tsx'
import { RestartButton } from './restart.tsx'
import { Labelled } from './setting.tsx'
import css from './settings.module.css'

export function AdvancedSection() {
  const t = useTranslations('settings.advanced')
  const { dateTime } = useFormats()
  const { capabilities } = useShell()
  const node = useNode()
  return (
    <>
      <Card title={t('about')}>
        <div className={css.stack}>
          <Facts
            rows={[
              [t('engineVersion'), node.version],
              [t('windowVersion'), capabilities.version],
              [t('shell'), t(`shells.${capabilities.kind}`)],
              [t('system'), capabilities.platform],
              [t('startedAt'), dateTime(node.startedAt)],
            ]}
          />
          <Labelled label={t('profile')}>
            <CopyRow text={node.profile} />
          </Labelled>
          <p className={css.hint}>{t('profileHint')}</p>
        </div>
      </Card>
      <Card title={t('listening')}>
        {node.listening.length === 0 ? (
          <p className={css.hint}>{t('notListening')}</p>
        ) : (
          <ul className={css.paths}>
            {node.listening.map((address) => (
              <li key={address}>
                <span className={css.path}>
                  <NetworkText text={address} mono />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <MetricsCard />
      <EngineCard />
    </>
  )
}

function MetricsCard() {
  const t = useTranslations('settings.advanced')
  const common = useTranslations('common')
  const run = useCommand()
  const isOff = useApi() === undefined
  const [metrics, setMetrics] = useState<string>()
  return (
    <Card title={t('metrics')}>
      <div className={css.stack}>
        <p className={css.hint}>
          {t.rich('metricsHint', {
            path: () => <code className={css.code}>/metrics</code>,
            file: () => <code className={css.code}>daemon.json</code>,
          })}
        </p>
        <div className={css.inline}>
          <Button isDisabled={isOff} onPress={async () => setMetrics(await run((api) => api.metrics()))}>
            {t('showMetrics')}
          </Button>
          {metrics === undefined ? null : <CopyButton text={metrics} label={common('copy')} />}
        </div>
        {metrics === undefined ? null : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
          <section className={css.metrics} tabIndex={0} aria-label={t('metrics')}>
            <pre>{metrics}</pre>
          </section>
        )}
      </div>
    </Card>
  )
}

function EngineCard() {
  const t = useTranslations('settings.advanced')
  const common = useTranslations('common')
  const tell = useErrorToast()
  const shell = useShell()
  const [isAsked, setIsAsked] = useState(false)
  const quit = () => {
    setIsAsked(false)
    shell.quit().catch(tell)
  }
  return (
    <Card title={t('engine')}>
      <div className={css.stack}>
        <p className={css.hint}>{t('engineHint')}</p>
        <div className={css.inline}>
          <RestartButton />
          <Button icon={<Power aria-hidden />} onPress={() => setIsAsked(true)}>
            {t('quit')}
          </Button>
        </div>
      </div>
      <Dialog
        title={t('quitTitle')}
        isOpen={isAsked}
        onClose={() => setIsAsked(false)}
        size="sm"
        role="alertdialog"
        footer={
          <>
            <Button onPress={() => setIsAsked(false)}>{common('cancel')}</Button>
            <Button variant="danger" onPress={quit}>
              {t('quit')}
            </Button>
          </>
        }
      >
        {t('quitText')}
      </Dialog>
    </Card>
  )
}
