/** Everything around the screens: shell, engine, language, appearance; and what is shown while there is no engine. */
import { type ReactNode, useEffect } from 'react'
import { RouterProvider } from 'react-aria-components'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { useStore } from 'zustand'
import type { ShellApi } from '../../shared/shell/shell-api.ts'
import { Toasts } from '../design/toasts.tsx'
import type { EngineStore } from '../engine/engine-store.ts'
import { EngineContext } from '../engine/hooks.ts'
import { LanguageProvider, pickLocale } from '../i18n/provider.tsx'
import { ShellContext } from '../shell/shell-context.ts'
import { applyAppearance } from './appearance.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { Frame } from './frame.tsx'
import { ConnectingScreen, NoSessionScreen } from './without-engine.tsx'

export function App({ shell, engine }: { shell: ShellApi; engine: EngineStore }) {
  const ui = useStore(engine.store, (state) => state.replica?.settings.settings.ui)
  const hasReplica = useStore(engine.store, (state) => state.replica !== undefined)
  const isOut = useStore(engine.store, (state) => state.connection.state === 'no-session')
  useEffect(() => {
    if (ui !== undefined) applyAppearance(ui)
  }, [ui])
  useEffect(() => shell.onEngineProcess((process) => process.state === 'running' && engine.retryNow()), [shell, engine])
  const locale = pickLocale(ui?.language ?? 'auto', navigator.languages)
  return (
    <ShellContext value={shell}>
      <EngineContext value={engine}>
        <LanguageProvider locale={locale}>
          <Router hook={useHashLocation}>
            <Navigation>
              <ErrorBoundary>
                {isOut ? <NoSessionScreen /> : hasReplica ? <Frame /> : <ConnectingScreen />}
              </ErrorBoundary>
              <Toasts />
            </Navigation>
          </Router>
        </LanguageProvider>
      </EngineContext>
    </ShellContext>
  )
}

/** Links of the components lead through the window's own router. */
function Navigation({ children }: { children: ReactNode }) {
  const [, navigate] = useHashLocation()
  return <RouterProvider navigate={(to) => navigate(to)}>{children}</RouterProvider>
}
