/**
 * A real Chromium on real daemons, for tests of the window. One browser per test file; a page with a session is what
 * `shoal open --print` gives an address for. Errors that a page reports are kept, so that a test can say there were none.
 * Without a Chromium on this machine the tests are skipped with that reason; SHOAL_CHROMIUM names another one.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findBrowsers } from '../../../main/daemon/opening/find-browsers.ts'
import type { Ground } from '../../e2e/support/daemon.ts'

const CHROMIUM =
  process.env.SHOAL_CHROMIUM ??
  findBrowsers({ platform: process.platform, env: process.env, home: homedir(), exists: existsSync })[0]

/** For `ctx.skip`: undefined when there is a browser. */
export const chromiumMissing =
  CHROMIUM === undefined
    ? 'no Chromium, Chrome or Edge on this machine: install one, or name it in SHOAL_CHROMIUM'
    : undefined

const LAUNCH = {
  // Without a UTF-8 locale (a bare container) Chromium takes no dragged file whose path is not ASCII.
  env: { ...process.env, LC_ALL: 'C.UTF-8' },
  ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
  args: [
    '--disable-background-networking',
    '--disable-component-update',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
}

export const SIZE = { width: 1280, height: 800 }

export interface OpenPage {
  readonly page: Page
  /** Uncaught errors, console errors and refusals of the page's policy, as they came. */
  readonly errors: string[]
}

export class Windows {
  #browser: Browser | undefined

  async browser(): Promise<Browser> {
    this.#browser ??= await chromium.launch(LAUNCH)
    return this.#browser
  }

  /** A window as `--app` opens it, with a profile of its own; whoever asks closes it. */
  app(address: string, userDataDir: string): Promise<BrowserContext> {
    return chromium.launchPersistentContext(userDataDir, { ...LAUNCH, args: [...LAUNCH.args, `--app=${address}`] })
  }

  /** A browser of its own as far as cookies and storage go. */
  async context(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    return (await this.browser()).newContext({ viewport: SIZE, locale: 'en-GB', ...options })
  }

  /** The window of a running daemon, with a session, in a context of its own unless one is given. */
  async open(ground: Ground, profile: string, context?: BrowserContext): Promise<OpenPage> {
    const opened = await watched(context ?? (await this.context()))
    await opened.page.goto(await addressOf(ground, profile))
    return opened
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    this.#browser = undefined
  }
}

export async function watched(context: BrowserContext): Promise<OpenPage> {
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { page, errors }
}

/** A fresh one-time address, as the command line gives it. */
export async function addressOf(ground: Ground, profile: string): Promise<string> {
  const { code, out, err } = await ground.run(profile, 'open', '--print')
  if (code !== 0) throw new Error(`shoal open --print: ${code} ${err}`)
  return out.trim()
}
