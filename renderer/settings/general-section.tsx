/** What this node is called, and how its window looks and speaks. Language and look change at once. */
import { useTranslations } from 'use-intl'
import type { Settings } from '../../shared/contract/settings.ts'
import { Select } from '../design/field.tsx'
import { Card, Segmented } from '../design/parts.tsx'
import { useNode } from '../engine/hooks.ts'
import { isVisibleName } from './refusals.ts'
import { Labelled, Setting } from './setting.tsx'
import { TextSetting } from './setting-inputs.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

type Ui = Settings['ui']

/** Each in its own language: who cannot read the window's must find theirs. */
const LANGUAGE_NAMES = { en: 'English', 'pt-BR': 'Português (Brasil)', es: 'Español' } as const
const MAX_NAME_LENGTH = 64

export function GeneralSection() {
  const t = useTranslations('settings.general')
  const { settings, change, isOff } = useSettingsEditor()
  const { name: nodeName } = useNode()
  const { ui, name } = settings
  const setUi = (patch: Partial<Ui>) => {
    const [field] = Object.keys(patch)
    void change(`ui.${field}`, { ui: patch })
  }
  return (
    <>
      <Card title={t('you')}>
        <div className={css.medium}>
          <TextSetting
            field="name"
            label={t('name')}
            value={name ?? ''}
            maxLength={MAX_NAME_LENGTH}
            placeholder={name === undefined ? nodeName : t('namePlaceholder')}
            hint={t('nameHint')}
            refuse={(text) => (isVisibleName(text) ? undefined : t('nameInvisible'))}
            patch={(text) => ({ name: text === '' ? null : text })}
          />
        </div>
      </Card>
      <Card title={t('window')}>
        <div className={css.stack}>
          <Setting field="ui.language">
            <div className={css.narrow}>
              <Select
                label={t('language')}
                value={ui.language}
                isDisabled={isOff('ui.language')}
                options={(['auto', 'en', 'pt-BR', 'es'] as const).map((id) => ({
                  id,
                  label: id === 'auto' ? t('asSystem') : LANGUAGE_NAMES[id],
                }))}
                onChange={(language) => setUi({ language })}
              />
            </div>
          </Setting>
          <Setting field="ui.theme">
            <Labelled label={t('theme')}>
              <Segmented
                label={t('theme')}
                value={ui.theme}
                options={(['auto', 'light', 'dark'] as const).map((id) => ({ id, label: t(`themes.${id}`) }))}
                onChange={(theme) => setUi({ theme })}
              />
            </Labelled>
          </Setting>
          <Setting field="ui.contrast">
            <Labelled label={t('contrast')}>
              <Segmented
                label={t('contrast')}
                value={ui.contrast}
                options={(['auto', 'more'] as const).map((id) => ({ id, label: t(`contrasts.${id}`) }))}
                onChange={(contrast) => setUi({ contrast })}
              />
            </Labelled>
          </Setting>
          <Setting field="ui.motion">
            <Labelled label={t('motion')} hint={t('motionHint')}>
              <Segmented
                label={t('motion')}
                value={ui.motion}
                options={(['auto', 'reduced'] as const).map((id) => ({ id, label: t(`motions.${id}`) }))}
                onChange={(motion) => setUi({ motion })}
              />
            </Labelled>
          </Setting>
        </div>
      </Card>
    </>
  )
}
