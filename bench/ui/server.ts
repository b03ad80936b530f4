/**
 * A process that serves the window as the daemon does (the same door, sessions, contract and schemas), over the bench's
 * double instead of the engine. Prints `ready {address, root}` when it serves, and ends by SIGTERM.
 */
import { fileURLToPath } from 'node:url'
import { startDaemon } from '../../main/daemon/start.ts'
import type { Logger } from '../../main/engine/telemetry/logger.ts'
import { engineDouble } from './double.ts'
import { SyntheticState } from './synthetic-state.ts'

const [profileDir] = process.argv.slice(2)
if (profileDir === undefined) throw new Error('Usage: server.ts <profile folder>')

const tell = (...said: unknown[]) => void process.stderr.write(`${said.map((one) => JSON.stringify(one)).join(' ')}\n`)
const silent = () => {}
const logger: Logger = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: tell,
  error: tell,
  fatal: tell,
  child: () => logger,
}

const daemon = await startDaemon(
  { profileDir, network: 'local', bootstrap: [], apiPort: 0, allowOrigins: [] },
  {
    windowFolder: fileURLToPath(new URL('../../dist/ui', import.meta.url)),
    lock: async () => ({ release: async () => {} }),
    createEngine: async () => ({ api: engineDouble(Date.now), start: async () => {}, stop: async () => {} }),
  },
  logger,
)
const [root] = new SyntheticState(0).roots
process.stdout.write(`ready ${JSON.stringify({ address: await daemon.address(), root })}\n`)
process.on('SIGTERM', () => void daemon.stop().then(() => process.exit(0)))
