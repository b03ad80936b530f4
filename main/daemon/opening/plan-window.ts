/**
 * How a window on a running daemon is opened, decided from what was found on this machine: a browser that can show it as
 * an app of its own, else the default browser, else the address in the terminal, with the reason in one line. Pure.
 * Rule [DA27].
 */

export interface WindowFacts {
  readonly platform: string
  /** The user does not want a window, only its address. */
  readonly printOnly: boolean
  readonly isRoot: boolean
  /** Something to draw on. */
  readonly hasDisplay: boolean
  /** Chromium and its kin, the best first. */
  readonly browsers: readonly string[]
  /** What opens a file in the default browser. */
  readonly opener: string | undefined
  /** Something was found and did not start. */
  readonly hasFailed?: boolean
}

export type WindowPlan =
  | { readonly kind: 'app-window'; readonly browser: string }
  | { readonly kind: 'default-browser'; readonly opener: string; readonly because: string }
  | { readonly kind: 'print'; readonly because: string | undefined }

export function planWindow(facts: WindowFacts): WindowPlan {
  if (facts.printOnly) return { kind: 'print', because: undefined }
  if (!facts.hasDisplay) return { kind: 'print', because: 'There is no display here.' }
  // A browser that runs as root runs without the sandbox that keeps pages from the machine.
  if (facts.isRoot) return { kind: 'print', because: 'A browser is not started as root.' }
  const [browser] = facts.browsers
  if (browser !== undefined) return { kind: 'app-window', browser }
  if (facts.opener !== undefined) {
    const because = 'No Chromium, Chrome, Edge or Brave could be had for a window of its own.'
    return { kind: 'default-browser', opener: facts.opener, because }
  }
  return { kind: 'print', because: facts.hasFailed === true ? 'No browser started.' : 'No browser was found.' }
}

/** What comes next when a plan did not work out. */
export function withoutFirstBrowser(facts: WindowFacts): WindowFacts {
  const left = facts.browsers.length > 0 ? { browsers: facts.browsers.slice(1) } : { opener: undefined }
  return { ...facts, ...left, hasFailed: true }
}
