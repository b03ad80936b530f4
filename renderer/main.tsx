/** The window begins here: which shell it runs in, its engine store, and the app drawn around them. */
import '@fontsource-variable/inter/wght.css'
import './design/tokens.css'
import './design/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { followSystemAppearance } from './app/appearance.ts'
import { EngineStore } from './engine/engine-store.ts'
import { openShell } from './shell/open-shell.ts'

followSystemAppearance()

const element = document.getElementById('root')
if (element === null) throw new Error('index.html has no #root.')
const { shell, connect } = await openShell()
const engine = new EngineStore({
  connect,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
  now: () => Date.now(),
})
engine.start()
createRoot(element).render(
  <StrictMode>
    <App shell={shell} engine={engine} />
  </StrictMode>,
)
