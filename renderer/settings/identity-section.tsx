/**
 * Who this node is to others, how its key is kept, and the key as a file to take along. The key never comes into the
 * window: the engine writes and reads the files. Rule [UI35].
 */
import { FileDown, FileUp, KeyRound, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Card, Notice } from '../design/parts.tsx'
import { usePathPicker } from '../design/path-browser-pick.tsx'
import { toastDone } from '../design/toasts.tsx'
import { useApi, useNode } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import { useShell } from '../shell/shell-context.ts'
import { CopyRow } from './copy-row.tsx'
import { RestartButton } from './restart.tsx'
import { Labelled } from './setting.tsx'
import css from './settings.module.css'

export function IdentitySection() {
  const t = useTranslations('settings.identity')
  const { keyProtection } = useShell().capabilities
  const { peer, name } = useNode()
  const isSafe = keyProtection === 'system'
  return (
    <>
      <Card title={t('who')}>
        <div className={css.stack}>
          <p>
            {t.rich('known', { name: () => <NetworkText text={name} />, strong: (words) => <strong>{words}</strong> })}
          </p>
          <Labelled label={t('peerId')}>
            <CopyRow text={peer} />
          </Labelled>
          <p className={css.hint}>{t('peerIdHint')}</p>
        </div>
      </Card>
      <Card title={t('key')}>
        <div className={css.stack}>
          <Notice
            tone={isSafe ? 'ok' : keyProtection === 'file' ? 'info' : 'warning'}
            icon={keyProtection === 'obfuscated' ? <ShieldAlert aria-hidden /> : <ShieldCheck aria-hidden />}
          >
            {t(`protection.${keyProtection}`)}
          </Notice>
          <Transfer />
        </div>
      </Card>
    </>
  )
}

type Imported =
  | { readonly state: 'none' }
  | { readonly state: 'asked'; readonly path: string }
  | { readonly state: 'done'; readonly peer: string }

/** Export and import of the key. */
function Transfer() {
  const t = useTranslations('settings.identity')
  const isOff = useApi() === undefined
  const { peer } = useNode()
  const run = useCommand()
  const { pick, dialog } = usePathPicker()
  const [imported, setImported] = useState<Imported>({ state: 'none' })
  const exportTo = async (path: string | undefined) => {
    if (path === undefined) return
    const isDone = await run(async (api) => {
      await api.exportIdentity({ path })
      return true
    })
    if (isDone === true) toastDone(t('exported'), path)
  }
  const importFrom = async (path: string) => {
    const result = await run((api) => api.importIdentity({ path }))
    setImported(result === undefined ? { state: 'none' } : { state: 'done', peer: result.peer })
  }
  return (
    <>
      <div className={css.inline}>
        <Button
          icon={<FileDown aria-hidden />}
          isDisabled={isOff}
          onPress={() =>
            pick({
              wanted: 'save',
              title: t('exportTitle'),
              suggestedName: `shoal-identity-${peer.slice(-8)}.key`,
              onChoose: ([path]) => void exportTo(path),
            })
          }
        >
          {t('export')}
        </Button>
        <Button
          icon={<FileUp aria-hidden />}
          isDisabled={isOff}
          onPress={() =>
            pick({
              wanted: 'file',
              title: t('importTitle'),
              onChoose: ([path]) => path !== undefined && setImported({ state: 'asked', path }),
            })
          }
        >
          {t('import')}
        </Button>
      </div>
      <p className={css.hint}>{t('transferHint')}</p>
      {imported.state === 'done' ? (
        <Notice tone="warning" icon={<KeyRound aria-hidden />} actions={<RestartButton />}>
          {t('imported')}{' '}
          <span className={css.path}>
            <NetworkText text={imported.peer} mono />
          </span>
        </Notice>
      ) : null}
      {imported.state === 'asked' ? (
        <ConfirmImport
          path={imported.path}
          onCancel={() => setImported({ state: 'none' })}
          onConfirm={() => importFrom(imported.path)}
        />
      ) : null}
      {dialog}
    </>
  )
}

function ConfirmImport(props: { path: string; onCancel: () => void; onConfirm: () => Promise<void> }) {
  const t = useTranslations('settings.identity')
  const common = useTranslations('common')
  const [isBusy, setIsBusy] = useState(false)
  const confirm = () => {
    setIsBusy(true)
    void props.onConfirm()
  }
  return (
    <Dialog
      title={t('confirmTitle')}
      isOpen
      size="sm"
      role="alertdialog"
      onClose={props.onCancel}
      footer={
        <>
          <Button onPress={props.onCancel}>{common('cancel')}</Button>
          <Button variant="primary" isDisabled={isBusy} onPress={confirm}>
            {t('confirmImport')}
          </Button>
        </>
      }
    >
      <div className={css.stack}>
        <p className={css.path}>
          <NetworkText text={props.path} mono />
        </p>
        <p>{t('confirmText')}</p>
      </div>
    </Dialog>
  )
}
