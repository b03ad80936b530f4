/**
 * `shoal open`: a window in a browser on the daemon that runs for this profile; `--print`: only its address, which works
 * once, within two minutes. Rules [CL1] [CL13].
 */
import type { Context } from '../context.ts'
import { CliError, EXIT } from '../exit-codes.ts'

export async function open(context: Context, options: { print: boolean }): Promise<number> {
  const { io, window } = context
  const answer = await window.askAddress()
  switch (answer.type) {
    case 'no-daemon':
      throw new CliError(
        EXIT.daemon,
        'No Shoal is running for this profile. Start one with: shoal daemon --open',
        'NO_DAEMON',
      )
    case 'no-window':
      throw new CliError(
        EXIT.daemon,
        'The Shoal that runs for this profile has no window in a browser: it is the desktop app, or was not built whole.',
        'NO_WINDOW',
      )
    case 'address':
      if (io.json) io.data({ address: answer.address })
      else if (options.print) io.result(answer.address)
      else await window.open(answer.address, (line) => io.result(line))
      return EXIT.ok
  }
}
