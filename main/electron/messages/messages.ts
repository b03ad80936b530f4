/**
 * Words of the parts that the window does not draw: menus, tray, dialogs, notifications; in three languages. The language
 * is the setting's, or with `auto` the first of the system's that there is. Every file has every key (a test says so).
 * Rule [EL27].
 */
import type { Settings } from '../../../shared/contract/settings.ts'
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import ptBR from './pt-BR.json' with { type: 'json' }

export type MessageKey = keyof typeof en
export type Language = 'en' | 'pt-BR' | 'es'
/** `{name}` in the text becomes values.name. */
export type Say = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string

const TEXTS: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, 'pt-BR': ptBR, es }

export function pickLanguage(setting: Settings['ui']['language'], system: readonly string[]): Language {
  if (setting !== 'auto') return setting
  for (const tag of system) {
    const language = tag.toLowerCase().split('-')[0]
    if (language === 'en' || language === 'es') return language
    if (language === 'pt') return 'pt-BR'
  }
  return 'en'
}

export function speaker(language: Language): Say {
  const texts = TEXTS[language]
  return (key, values = {}) => {
    return texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
  }
}
