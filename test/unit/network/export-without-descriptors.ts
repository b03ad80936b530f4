/** A process of its own for a test: exports a new identity to a path when no descriptor is left, and prints the error's code. */
import { openSync, writeSync } from 'node:fs'
import { loadIdentity } from '../../../main/engine/network/identity.ts'
import { exportIdentity } from '../../../main/engine/network/identity-transfer.ts'

const [profile = '', file = ''] = process.argv.slice(2)
const identity = await loadIdentity(profile)
try {
  for (;;) openSync('/dev/null', 'r')
} catch {
  // None is left.
}
const code = await exportIdentity(identity, file).then(
  () => 'exported',
  (error: { code: string }) => error.code,
)
writeSync(1, JSON.stringify({ code }))
process.exit(0)
