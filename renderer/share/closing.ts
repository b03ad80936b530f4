/** What becomes of sharing when the window is closed, by what this shell can do and what is set. Pure. Rule [UI8]. */
import type { Settings } from '../../shared/contract/settings.ts'
import type { ShellCapabilities } from '../../shared/shell/shell-api.ts'

/**
 * `background`: the app stays in the tray. `quits`: it ends, and sharing with it. `daemon`: the page is only a view, the
 * engine has a life of its own.
 */
export type Closing = 'background' | 'quits' | 'daemon'

export function closingOf(
  { kind, background }: Pick<ShellCapabilities, 'kind' | 'background'>,
  { keepInBackground }: Pick<Settings['desktop'], 'keepInBackground'>,
): Closing {
  if (kind === 'browser') return 'daemon'
  return background && keepInBackground ? 'background' : 'quits'
}
