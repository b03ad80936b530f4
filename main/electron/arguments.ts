/**
 * The command line of the desktop app, and what a person or the system asks it to open. Pure. Chromium reads the same
 * command line, adds to it and reorders it, so unknown switches are passed over, a link is found by its scheme wherever it
 * stands, and everything else counts as a path only when the caller finds it on the disk.
 * Rules [EL11] [EL12].
 */
import type { NetworkMode } from '../../shared/contract/model.ts'

export interface DesktopArguments {
  readonly profile?: string
  readonly network?: NetworkMode
  /** Developer tools may be opened. */
  readonly dev: boolean
  /** Check the installation, print JSON, exit. */
  readonly smoke: boolean
  /** Started at login: no window until asked for. */
  readonly hidden: boolean
  readonly links: readonly string[]
  /** As given; relative ones count from the caller's folder. */
  readonly paths: readonly string[]
}

/** Links and paths of one command line; a file manager opens hundreds of files at once. */
const MAX_OPENED = 1_000
const MAX_TEXT = 8_192
const SCHEME = /^shoal:/i

/** `argv` without the executable and, in a clone, without the script. */
export function parseArguments(argv: readonly string[]): DesktopArguments {
  const links: string[] = []
  const paths: string[] = []
  const values: { profile?: string; network?: NetworkMode } = {}
  const flags = { dev: false, smoke: false, hidden: false }
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? ''
    const [, name = '', inline] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? []
    if (name === 'profile' || name === 'network') {
      const value = inline ?? argv[++i]
      if (name === 'profile' && value !== undefined && value !== '') values.profile = value
      if (name === 'network' && isNetworkMode(value)) values.network = value
    } else if (name === 'dev' || name === 'smoke' || name === 'hidden') flags[name] = true
    else if (word.length > MAX_TEXT || links.length + paths.length >= MAX_OPENED) continue
    else if (isShoalLink(word)) links.push(word)
    else if (word !== '' && !word.startsWith('-')) paths.push(word)
  }
  return { ...values, ...flags, links, paths }
}

export function isShoalLink(text: string): boolean {
  return SCHEME.test(text) && text.length <= MAX_TEXT
}

function isNetworkMode(text: string | undefined): text is NetworkMode {
  return text === 'local' || text === 'lan' || text === 'internet'
}
