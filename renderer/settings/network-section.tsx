/** Which networks this node takes part in. It is read when the node is built: changes wait for a restart of the engine. */
import { useTranslations } from 'use-intl'
import type { NetworkMode, Settings } from '../../shared/contract/settings.ts'
import { Switch } from '../design/field.tsx'
import { Card } from '../design/parts.tsx'
import { BootstrapCard } from './bootstrap-card.tsx'
import { NetworkModeChoice } from './network-mode-choice.tsx'
import { Setting } from './setting.tsx'
import { NumberSetting } from './setting-inputs.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

type SwitchField = 'mdns' | 'lanDht' | 'internetDht' | 'portMapping' | 'quic'

/** In which modes each of them does anything. */
const SWITCHES: readonly { readonly field: SwitchField; readonly worksIn: readonly NetworkMode[] }[] = [
  { field: 'mdns', worksIn: ['lan', 'internet'] },
  { field: 'lanDht', worksIn: ['local', 'lan', 'internet'] },
  { field: 'internetDht', worksIn: ['internet'] },
  { field: 'portMapping', worksIn: ['internet'] },
  { field: 'quic', worksIn: ['lan', 'internet'] },
]
const MAX_PORT = 65_535

export function NetworkSection() {
  const t = useTranslations('settings.network')
  const { settings, change, isOff } = useSettingsEditor()
  const { network } = settings
  const set = (field: keyof Settings['network'], patch: Partial<Settings['network']>) =>
    void change(`network.${field}`, { network: patch })
  return (
    <>
      <Card title={t('reach')}>
        <Setting field="network.mode">
          <NetworkModeChoice
            mode={network.mode}
            isDisabled={isOff('network.mode')}
            onChange={(mode) => set('mode', { mode })}
          />
        </Setting>
      </Card>
      <Card title={t('finding')}>
        <div className={css.stack}>
          {SWITCHES.map(({ field, worksIn }) => (
            <Setting key={field} field={`network.${field}`}>
              <Switch
                isSelected={network[field]}
                isDisabled={isOff(`network.${field}`)}
                hint={
                  <>
                    {t(`hints.${field}`)}
                    {worksIn.includes(network.mode) ? null : (
                      <span className={css.noEffect}>{t('noEffect', { mode: t(`modes.${network.mode}`) })}</span>
                    )}
                  </>
                }
                onChange={(isOn) => set(field, { [field]: isOn })}
              >
                {t(`switches.${field}`)}
              </Switch>
            </Setting>
          ))}
          <div className={css.narrow}>
            <NumberSetting
              field="network.listenPort"
              label={t('listenPort')}
              value={network.listenPort}
              least={0}
              most={MAX_PORT}
              hint={t('listenPortHint')}
              patch={(listenPort) => ({ network: { listenPort } })}
            />
          </div>
        </div>
      </Card>
      <BootstrapCard />
    </>
  )
}
