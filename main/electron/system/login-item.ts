/**
 * Start at login: the system's own list on macOS and Windows, an autostart entry on Linux (XDG autostart specification).
 * The entry is ours alone: it is written only when asked for, and removed when not.
 * Rule [EL25].
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ElectronApi } from '../electron-api.ts'

export interface LoginFacts {
  readonly platform: string
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly execPath: string
}

/** Started so, the app shows no window until asked. macOS passes no arguments and says `wasOpenedAtLogin` instead. */
export const HIDDEN_FLAG = '--hidden'

export async function setStartAtLogin(
  app: Pick<ElectronApi['app'], 'getLoginItemSettings' | 'setLoginItemSettings'>,
  facts: LoginFacts,
  wanted: boolean,
): Promise<void> {
  if (facts.platform === 'linux') {
    await setAutostart(facts, wanted)
    return
  }
  const asks = facts.platform === 'win32' ? { args: [HIDDEN_FLAG] } : {}
  if (app.getLoginItemSettings(asks).openAtLogin !== wanted) app.setLoginItemSettings({ openAtLogin: wanted, ...asks })
}

export function autostartFile({ home, env }: Pick<LoginFacts, 'home' | 'env'>): string {
  const config = env.XDG_CONFIG_HOME
  // XDG: a relative value is invalid and is to be ignored.
  return join(config?.startsWith('/') === true ? config : join(home, '.config'), 'autostart', 'shoal.desktop')
}

export function autostartEntry({ env, execPath }: Pick<LoginFacts, 'env' | 'execPath'>): string {
  // An AppImage runs from a mount that is another one each time; its file is in APPIMAGE.
  const program = env.APPIMAGE ?? execPath
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Shoal',
    `Exec=${quoteExec(program)} ${HIDDEN_FLAG}`,
    'X-GNOME-Autostart-enabled=true',
    'Terminal=false',
    '',
  ].join('\n')
}

/** Desktop Entry specification, "The Exec key": quoted, with \ before " ` $ \, once more for string values, % doubled. */
function quoteExec(path: string): string {
  const quoted = path.replace(/["`$\\]/g, (character) => `\\${character}`)
  return `"${quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%')}"`
}

async function setAutostart(facts: LoginFacts, wanted: boolean): Promise<void> {
  const file = autostartFile(facts)
  if (!wanted) {
    await rm(file, { force: true })
    return
  }
  const entry = autostartEntry(facts)
  if ((await readFile(file, 'utf8').catch(() => undefined)) === entry) return
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, entry)
}
