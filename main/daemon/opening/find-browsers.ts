/**
 * Where browsers that can show a page as an app of its own are, and what opens the default one. Only the customary places
 * of each system are looked at; which of them exist is asked of a function that is passed in. Rule [DA27].
 */
import { delimiter, join } from 'node:path'

export interface MachineFacts {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  exists(path: string): boolean
}

const ON_LINUX = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
  'vivaldi-stable',
]
const ON_MAC = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Brave Browser.app/Contents/MacOS/Brave Browser',
]
const ON_WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
  'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
]

/** Absolute paths of those that exist, the best first. */
export function findBrowsers({ platform, env, home, exists }: MachineFacts): string[] {
  const candidates =
    platform === 'win32'
      ? [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
          .filter((folder) => folder !== undefined && folder !== '')
          .flatMap((folder) => ON_WINDOWS.map((name) => `${folder}\\${name}`))
      : platform === 'darwin'
        ? ON_MAC.flatMap((name) => [`/Applications/${name}`, `${home}/Applications/${name}`])
        : // The first of a name, as a shell would find it: /bin and /usr/bin are often one.
          ON_LINUX.map((name) => onPath(name, env).find(exists)).filter((path) => path !== undefined)
  return candidates.filter(exists)
}

export function findOpener({ platform, env, exists }: MachineFacts): string | undefined {
  if (platform === 'darwin') return '/usr/bin/open'
  if (platform === 'win32') return `${env.SYSTEMROOT ?? 'C:\\Windows'}\\System32\\rundll32.exe`
  return onPath('xdg-open', env).find(exists)
}

export function hasDisplay({ platform, env }: Pick<MachineFacts, 'platform' | 'env'>): boolean {
  // Logged in from elsewhere, a window would open where nobody sits.
  const isRemote = given(env.SSH_CONNECTION)
  if (platform === 'win32' || platform === 'darwin') return !isRemote
  return given(env.DISPLAY) || given(env.WAYLAND_DISPLAY)
}

const given = (text: string | undefined) => text !== undefined && text !== ''

function onPath(name: string, env: MachineFacts['env']): string[] {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
}
