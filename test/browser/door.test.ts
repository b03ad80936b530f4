/**
 * The door of the window in a real browser: the address that works once, the session that outlives a reload, what becomes
 * of an open window when its daemon or its engine is started anew, and a hostile page on another port that tries whatever
 * a page can try while the user is signed in.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeRedirect } from '../../main/daemon/opening/redirect-file.ts'
import { Ground } from '../e2e/support/daemon.ts'
import { connectPage, openPage } from '../e2e/support/page.ts'
import { addressOf, chromiumMissing, Windows, watched } from './support/chromium.ts'

const windows = new Windows()
let ground: Ground
beforeEach((context) => {
  if (chromiumMissing !== undefined) return context.skip(chromiumMissing)
  ground = new Ground()
})
afterEach(() => ground?.clear())
afterAll(() => windows.close())

/** The window is drawn, with an engine behind it. */
const frame = (page: Page) => page.getByRole('navigation').first()
/** The page that says how to get a session. */
const keyhole = (page: Page) => page.getByText('npx shoal open')

describe('a one-time address', () => {
  test('[DA21] [DA22] [DA23] opens the window, leaves the address bar, and the policy finds nothing to refuse', async () => {
    await ground.daemon('one')
    const { page, errors } = await windows.open(ground, 'one')
    await frame(page).waitFor()
    expect(page.url()).not.toContain('#t=')
    await page.goBack().catch(() => null)
    expect(page.url()).not.toContain('#t=')
    await page.goForward().catch(() => null)
    await page.reload()
    await frame(page).waitFor()
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', expires: -1, path: '/' })
    expect(await page.evaluate(() => document.cookie)).toBe('')
    expect(errors).toEqual([])
    await page.context().close()
  })

  test('[DA21] [DA22] opens nothing a second time; the page says how to get another, and takes it', async () => {
    await ground.daemon('one')
    const address = await addressOf(ground, 'one')
    const first = await watched(await windows.context())
    await first.page.goto(address)
    await frame(first.page).waitFor()
    const second = await watched(await windows.context())
    await second.page.goto(address)
    await keyhole(second.page).waitFor()
    expect(second.page.url()).not.toContain('#t=')
    // Pasted into the same page: only the fragment changes, and yet it is taken.
    await second.page.goto(await addressOf(ground, 'one'))
    await frame(second.page).waitFor()
    await first.page.context().close()
    await second.page.context().close()
  })

  test('[DA20] [DA27] arrives through the redirect file as well', async () => {
    await ground.daemon('one')
    const file = await writeRedirect(ground.path('window'), await addressOf(ground, 'one'))
    const { page } = await watched(await windows.context())
    await page.goto(pathToFileURL(file).href)
    await frame(page).waitFor()
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
    await page.context().close()
  })

  test('[DA22] a second tab needs no address of its own', async () => {
    await ground.daemon('one')
    const { page } = await windows.open(ground, 'one')
    await frame(page).waitFor()
    const tab = await page.context().newPage()
    await tab.goto(new URL('/', page.url()).href)
    await frame(tab).waitFor()
    await page.context().close()
  })
})

describe('an open window', () => {
  test('[DA22] [DA28] whose daemon is started anew says that it needs a fresh address', async () => {
    const daemon = await ground.daemon('one')
    const { page } = await windows.open(ground, 'one')
    await frame(page).waitFor()
    daemon.kill('SIGTERM')
    await daemon.ended
    await ground.daemon('one')
    await keyhole(page).waitFor()
    await page.goto(await addressOf(ground, 'one'))
    await frame(page).waitFor()
    await page.context().close()
  })

  test('[DA26] whose engine is started anew goes on by itself, with the new one', async () => {
    await ground.daemon('one')
    const { page, errors } = await windows.open(ground, 'one')
    await frame(page).waitFor()
    const { client, close } = await connectPage(await openPage(ground, 'one'))
    await client.shell.restartEngine()
    writeFileSync(ground.path('after the restart.txt'), 'x')
    await ground.run('one', 'share', ground.path('after the restart.txt'))
    await page.getByText('after the restart.txt').first().waitFor()
    expect(errors).toEqual([])
    close()
    await page.context().close()
  })

  test('[DA25] copies what is dropped on it, and shares the copy', async () => {
    await ground.daemon('one')
    const { page, errors } = await windows.open(ground, 'one')
    await frame(page).waitFor()
    mkdirSync(ground.path('Holiday ü/deep'), { recursive: true })
    writeFileSync(ground.path('Holiday ü/a 1.txt'), 'one')
    writeFileSync(ground.path('Holiday ü/deep/#2%.bin'), randomBytes(3_000_000))
    const { client, close } = await connectPage(await openPage(ground, 'one'))
    await page.bringToFront()
    await drop(page, [ground.path('Holiday ü')])
    await expect.poll(async () => (await client.shares())[0]?.state, { timeout: 60_000 }).toBe('seeding')
    const [share] = await client.shares()
    expect(share).toMatchObject({ name: 'Holiday ü', totalBytes: 3_000_003, fileCount: 2 })
    expect(share?.path).toContain(ground.path('one', 'uploads'))
    const copy = join(share?.path ?? '', 'deep/#2%.bin')
    expect(readFileSync(copy).equals(readFileSync(ground.path('Holiday ü/deep/#2%.bin')))).toBe(true)
    expect(errors).toEqual([])
    close()
    await page.context().close()
  })
})

/** As the system does it when the user holds files over the window, sees that it will take them, and lets go. */
async function drop(page: Page, files: string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const send = (type: 'dragEnter' | 'dragOver' | 'dragCancel' | 'drop') =>
    devtools.send('Input.dispatchDragEvent', {
      type,
      x: 640,
      y: 400,
      data: { items: [], files, dragOperationsMask: 1 },
    })
  const offer = page.getByText('Let go to share')
  await expect
    .poll(
      async () => {
        await send('dragEnter')
        await send('dragOver')
        if (await offer.isVisible()) return true
        // Taken away and held over it again, as a user would.
        await send('dragCancel')
        return false
      },
      { timeout: 30_000 },
    )
    .toBe(true)
  await send('drop')
}

describe('a hostile page on this machine', () => {
  let server: Server
  let evil = ''
  beforeEach(async () => {
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><title>evil</title><body></body>')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    evil = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterEach(() => server.close())

  test('[DA10] [DA20] [DA22] [DA25] reads nothing, opens nothing and changes nothing, though it is sent the cookie', async () => {
    await ground.daemon('one')
    const mine = await windows.open(ground, 'one')
    await frame(mine.page).waitFor()
    const base = new URL('/', mine.page.url()).href
    const pageKey = await mine.page.evaluate(() => localStorage.getItem('shoal.page-key'))
    const { page } = await watched(mine.page.context())
    await page.goto(evil)

    const tried = await page.evaluate(async (target) => {
      const results: Record<string, string> = {}
      const attempt = async (name: string, run: () => Promise<string>) => {
        results[name] = await run().catch(() => 'refused')
      }
      const loads = (element: HTMLElement, source: () => void) =>
        new Promise<string>((resolve) => {
          element.addEventListener('load', () => resolve('loaded'))
          element.addEventListener('error', () => resolve('refused'))
          source()
          document.body.append(element)
        })
      for (const path of ['', 'session', 'metrics', 'icon.svg', 'address']) {
        await attempt(`read /${path}`, async () => (await fetch(target + path, { credentials: 'include' })).type)
      }
      const body = JSON.stringify({ token: '0'.repeat(64) })
      await attempt(
        'post json',
        async () =>
          (await fetch(`${target}session`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }))
            .type,
      )
      await attempt(
        'preflight',
        async () =>
          (
            await fetch(`${target}upload/${'0'.repeat(32)}/x`, {
              method: 'POST',
              body,
              headers: { 'x-shoal-page': 'x' },
            })
          ).type,
      )
      const image = new Image()
      await attempt('image', () => loads(image, () => (image.src = `${target}icon.svg`)))
      const script = document.createElement('script')
      await attempt('script', () => loads(script, () => (script.src = `${target}assets/index.js`)))
      await attempt(
        'socket',
        () =>
          new Promise((resolve) => {
            const socket = new WebSocket(`${target.replace('http', 'ws')}rpc`, ['shoal.v1'])
            socket.onopen = () => resolve('open')
            socket.onerror = () => resolve('refused')
          }),
      )
      return results
    }, base)
    expect(Object.entries(tried).filter(([, result]) => result !== 'refused')).toEqual([])

    // A form needs no permission to be sent: what counts is what comes of it.
    const [response] = await Promise.all([
      page.waitForResponse((answer) => answer.url() === `${base}session`),
      page.evaluate((target) => {
        const form = document.createElement('form')
        form.method = 'post'
        form.action = `${target}session`
        form.enctype = 'text/plain'
        document.body.append(form)
        form.submit()
      }, base),
    ])
    expect(response.status()).toBe(403)

    // Whoever was sent the cookie, as every server on 127.0.0.1 is, still lacks the page key.
    const cookies = await mine.page.context().cookies(evil)
    expect(cookies.map(({ name }) => name)).toContain(`shoal-${new URL(base).port}`)
    // The refusal is the page that the form led to: until it stands, it would interrupt the next address.
    await page.waitForURL(`${base}session`)
    await page.goto(evil)
    expect(await page.evaluate(() => localStorage.getItem('shoal.page-key'))).toBeNull()
    expect(pageKey).toMatch(/^[0-9a-f]{64}$/)
    await mine.page.context().close()
  })

  test('[DA23] cannot frame the window, nor hold on to one that it opens', async () => {
    await ground.daemon('one')
    const mine = await windows.open(ground, 'one')
    await frame(mine.page).waitFor()
    const base = new URL('/', mine.page.url()).href
    const { page } = await watched(mine.page.context())
    await page.goto(evil)
    await page.evaluate(
      (target) =>
        new Promise((resolve) => {
          const inner = document.createElement('iframe')
          inner.src = target
          inner.onload = resolve
          document.body.append(inner)
        }),
      base,
    )
    // Refused or not, the frame loads something: what counts is that it is not the window.
    expect(page.frames()).toHaveLength(2)
    expect(page.frames().some((one) => one.url() === base)).toBe(false)

    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate((target) => {
        Object.assign(window, { opened: window.open(target) })
      }, base),
    ])
    await opened.waitForLoadState()
    expect(await opened.evaluate(() => window.opener === null)).toBe(true)
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { opened: Window | null }).opened?.closed ?? true), {
        timeout: 30_000,
      })
      .toBe(true)
    await mine.page.context().close()
  })
})

test('[DA27] an app window of its own starts from the redirect file', async (context) => {
  if (chromiumMissing !== undefined) return context.skip(chromiumMissing)
  await ground.daemon('one')
  const folder = mkdtempSync(join(tmpdir(), 'shoal-app-'))
  try {
    const file = await writeRedirect(folder, await addressOf(ground, 'one'))
    const app = await windows.app(pathToFileURL(file).href, join(folder, 'browser'))
    const page = app.pages()[0] ?? (await app.waitForEvent('page'))
    await frame(page).waitFor()
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
    await app.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
