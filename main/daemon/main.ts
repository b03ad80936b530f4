/** Entry of the daemon's process: everything is in run.ts. Exits by itself once stopped, even if a library left a timer behind. */
import { runDaemon } from './run.ts'

const code = await runDaemon(process.argv.slice(2))
process.exit(code)
