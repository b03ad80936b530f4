/**
 * Entry of the engine's utility process: puts the real daemon, log, process signals and parent port together. Everything
 * that decides is in engine/engine-host.ts. Messages that come before this file is loaded wait in the parent port.
 * Rules [EL17] [EL18].
 */
import type { ParentPort } from 'electron'
import { EngineHost } from './engine/engine-host.ts'
import type { ToEngine } from './engine/messages.ts'
import { realEngine } from './engine/real-engine.ts'

// Electron types it as always there; in any other process it is not.
const port = process.parentPort as ParentPort | undefined
if (port === undefined) {
  process.stderr.write('This is the engine of the desktop app; it is started by Shoal itself.\n')
  process.exitCode = 2
} else {
  const engine = realEngine(process)
  const host = new EngineHost({
    ...engine,
    tell: (message) => port.postMessage(message),
    exit: (code) => process.exit(code),
  })
  engine.onSignal(() => host.receive({ type: 'stop' }, []))
  port.on('message', ({ data, ports }) => {
    // Only the main process has the other end of this port.
    void host.receive(data as ToEngine, ports)
  })
}
