/** All words of the window have the shape of the English ones; a test holds the other languages to it. */
import type en from '../messages/en/index.ts'

type Widen<T> = { readonly [K in keyof T]: T[K] extends string ? string : Widen<T[K]> }
export type Messages = Widen<typeof en>

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof en
    Locale: 'en' | 'pt-BR' | 'es'
  }
}
