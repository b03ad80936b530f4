/**
 * Opens a window on a running daemon, as plan-window.ts decides; what does not start is followed by the next best thing.
 * Says in lines what it did. The browser belongs to nobody: it is not ended with the daemon. Rule [DA27].
 */
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { planWindow, type WindowFacts, type WindowPlan, withoutFirstBrowser } from './plan-window.ts'
import { browserFolder, writeRedirect } from './redirect-file.ts'

/** A browser that ends with an error within this time has not opened anything. */
const STARTED_MS = 1_500

export interface OpenParts {
  readonly profileDir: string
  readonly home: string
  readonly say: (line: string) => void
}

export async function openWindow(address: string, facts: WindowFacts, parts: OpenParts): Promise<void> {
  const plan = planWindow(facts)
  switch (plan.kind) {
    case 'print':
      if (plan.because !== undefined) parts.say(plan.because)
      parts.say(`Open this in a browser on this machine; it works once, within two minutes:\n\n  ${address}\n`)
      return
    case 'default-browser':
      parts.say(plan.because)
  }
  if (await start(plan, address, facts.platform, parts)) {
    parts.say(
      plan.kind === 'app-window' ? `A window was opened with ${plan.browser}.` : 'Opened in the default browser.',
    )
    return
  }
  const tried = plan.kind === 'app-window' ? plan.browser : plan.opener
  parts.say(`${tried} did not start.`)
  await openWindow(address, withoutFirstBrowser(facts), parts)
}

async function start(
  plan: Exclude<WindowPlan, { kind: 'print' }>,
  address: string,
  platform: string,
  { profileDir, home }: OpenParts,
): Promise<boolean> {
  if (plan.kind === 'default-browser') {
    const file = await writeRedirect(browserFolder('', { profileDir, home }), address)
    return started(plan.opener, platform === 'win32' ? ['url.dll,FileProtocolHandler', file] : [file])
  }
  const folder = browserFolder(realPath(plan.browser), { profileDir, home })
  const file = await writeRedirect(folder, address)
  return started(plan.browser, [
    `--app=${pathToFileURL(file).href}`,
    `--user-data-dir=${join(folder, 'browser')}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--window-size=1280,800',
  ])
}

/** A link in /usr/bin may lead to a snap. */
function realPath(browser: string): string {
  try {
    const real = realpathSync(browser)
    // All snaps are links to one program; which one is in the name of the link.
    return real === '/usr/bin/snap' ? browser : real
  } catch {
    return browser
  }
}

function started(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    const timer = setTimeout(() => resolve(true), STARTED_MS)
    const settle = (ok: boolean) => {
      clearTimeout(timer)
      resolve(ok)
    }
    child.once('error', () => settle(false))
    // With 0: a browser of the same profile runs already and has taken the page over.
    child.once('exit', (code) => settle(code === 0))
    child.unref()
  })
}
