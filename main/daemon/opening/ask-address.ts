/**
 * Asks the daemon that runs for a profile for a fresh one-time address, over its local socket or its port, with the token
 * of daemon.json. Rules [DA12] [DA21].
 */
import { request } from 'node:http'
import type { DaemonFile } from '../../../shared/contract/daemon-file.ts'
import { ADDRESS_PATH } from '../../../shared/shell/door.ts'
import { readDaemonFile } from '../daemon-file.ts'
import { textField } from '../json-field.ts'

/** A daemon on this machine answers in milliseconds; one that is stopped with Ctrl-Z never does. */
const ANSWER_TIMEOUT_MS = 2_000
const MAX_ANSWER_BYTES = 4_096

export type AddressAnswer =
  | { readonly type: 'address'; readonly address: string }
  /** Something holds the profile and serves no window, as the desktop app. */
  | { readonly type: 'no-window' }
  | { readonly type: 'no-daemon' }

export async function askAddress(profileDir: string): Promise<AddressAnswer> {
  const file = await readDaemonFile(profileDir)
  if (file === undefined) return { type: 'no-daemon' }
  const bySocket = file.socket === undefined ? undefined : await ask(file, { socketPath: file.socket })
  const answered = bySocket ?? (await ask(file, { host: '127.0.0.1', port: file.port }))
  if (answered === undefined) return { type: 'no-daemon' }
  return answered.address === undefined ? { type: 'no-window' } : { type: 'address', address: answered.address }
}

function ask(
  file: DaemonFile,
  where: { socketPath: string } | { host: string; port: number },
): Promise<{ address: string | undefined } | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      {
        ...where,
        method: 'POST',
        path: ADDRESS_PATH,
        headers: {
          host: 'socketPath' in where ? 'localhost' : `${where.host}:${where.port}`,
          authorization: `Bearer ${file.token}`,
        },
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
          if (text.length > MAX_ANSWER_BYTES) response.destroy()
        })
        response.once('close', () =>
          resolve({ address: response.statusCode === 200 ? textField(text, 'address') : undefined }),
        )
      },
    )
    asked.once('error', () => resolve(undefined))
    asked.end()
  })
}
