/**
 * What the shell of a window in a browser can do: the daemon tells a page with a session, and a page that has not heard it
 * yet begins with the same. No schema is loaded here. Rules [DA22] [DA26].
 */
import { VERSION } from '../version.ts'
import type { ShellCapabilities } from './shell-api.ts'

/** But for the platform, which only the daemon knows. */
export const BROWSER_CAPABILITIES: Omit<ShellCapabilities, 'platform'> = {
  kind: 'browser',
  version: VERSION,
  pickPaths: 'listing',
  drops: 'upload',
  reveal: false,
  // Whether the browser lets us is the page's to find out.
  notifications: 'web',
  startAtLogin: false,
  // The daemon goes on when its window is closed, always: there is nothing to choose.
  background: false,
  updates: false,
  restartEngine: true,
  keyProtection: 'file',
}
