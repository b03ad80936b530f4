/** The language of the window: the setting, or the system's first language that we have, else English. Switches without a reload. */
import { type ReactNode, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { IntlProvider } from 'use-intl'
import type { Settings } from '../../shared/contract/settings.ts'
import en from '../messages/en/index.ts'
import type { Messages } from './messages.ts'

export const LOCALES = ['en', 'pt-BR', 'es'] as const
export type Locale = (typeof LOCALES)[number]

const LOADERS: Record<Locale, () => Promise<{ default: Messages }>> = {
  en: () => Promise.resolve({ default: en }),
  'pt-BR': () => import('../messages/pt-BR/index.ts'),
  es: () => import('../messages/es/index.ts'),
}

/** Portuguese of any country is Brazilian here: it is the one that we have. */
export function pickLocale(setting: Settings['ui']['language'], wanted: readonly string[]): Locale {
  if (setting !== 'auto') return setting
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]
    if (language === 'pt') return 'pt-BR'
    if (language === 'es') return 'es'
    if (language === 'en') return 'en'
  }
  return 'en'
}

export function LanguageProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const [loaded, setLoaded] = useState<{ locale: Locale; messages: Messages }>({ locale: 'en', messages: en })
  useEffect(() => {
    let isCurrent = true
    LOADERS[locale]().then((module) => {
      if (!isCurrent) return
      setLoaded({ locale, messages: module.default })
      document.documentElement.lang = locale
    })
    return () => {
      isCurrent = false
    }
  }, [locale])
  return (
    <I18nProvider locale={loaded.locale}>
      <IntlProvider
        locale={loaded.locale}
        messages={loaded.messages}
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        {children}
      </IntlProvider>
    </I18nProvider>
  )
}
