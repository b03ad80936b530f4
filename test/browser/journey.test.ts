/**
 * The first minute of two people, in two real windows on two real daemons: one drops a file and hands over the link, the
 * other opens it, chooses, watches it come, and sees the source leave and return. What is on screen is compared with what
 * the engine says and with the bytes on disk.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { chromiumMissing, type OpenPage, Windows } from './support/chromium.ts'
import { drop, go, shareIn, WAIT_MS } from './support/window.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.skipIf(chromiumMissing !== undefined)('two people', () => {
  const ground = new Ground()
  const windows = new Windows()
  let ana: Peer
  let ben: Peer
  let anaWindow: OpenPage
  let benWindow: OpenPage
  const letter = randomBytes(300_000)

  beforeAll(async () => {
    ana = await ground.peer('ana')
    ben = await ground.peer('ben')
    anaWindow = await windows.open(ground, 'ana')
    benWindow = await windows.open(ground, 'ben')
    await anaWindow.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await benWindow.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  })
  afterAll(async () => {
    await windows.close()
    await ground.clear()
  })

  const homeOf = async (page: Page) => {
    await go(page, '/')
    await page.getByRole('heading', { name: 'Home', exact: true }).waitFor({ timeout: WAIT_MS })
  }

  it('Ana drops a file; the sheet gives the very link that the engine has, and copies it', async () => {
    const { page } = anaWindow
    await homeOf(page)
    await drop(page, [{ name: 'letter.txt', base64: letter.toString('base64') }])
    const sheet = page.getByRole('dialog')
    const field = sheet.getByRole('textbox', { name: 'Link' })
    await field.waitFor({ timeout: WAIT_MS })
    const [share] = await ana.api.shares()
    expect(await field.inputValue()).toBe(share?.link)
    await sheet.getByRole('button', { name: 'Copy link' }).click()
    await sheet.getByText('Copied').first().waitFor({ timeout: WAIT_MS })
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(share?.link)
    await sheet.getByRole('img', { name: /^QR code of the link/ }).waitFor({ timeout: WAIT_MS })
    await page.keyboard.press('Escape')
  })

  it('Ben opens the link from the clipboard, starts it, and has the same bytes', async () => {
    const { page } = benWindow
    const [share] = await ana.api.shares()
    await homeOf(page)
    await page.evaluate((text) => navigator.clipboard.writeText(text), share?.link ?? '')
    await page.getByRole('button', { name: 'From the clipboard' }).click()
    const start = page.getByRole('dialog').getByRole('button', { name: /^Download / })
    await start.click({ timeout: WAIT_MS })
    await shareIn(ben.api, share?.root ?? '', 'seeding')
    expect(sha256(readFileSync(join(ben.downloads, 'letter.txt')))).toBe(sha256(letter))
    await go(page, '/transfers')
    await page
      .getByRole('row', { name: /letter\.txt/ })
      .getByText('Sharing')
      .waitFor({ timeout: WAIT_MS })
  })

  it('Ben chooses two of three files of a folder; the third is not fetched', async () => {
    const { page } = benWindow
    mkdirSync(ground.path('trip'))
    for (const name of ['one.bin', 'three.bin', 'two.bin'])
      writeFileSync(ground.path('trip', name), randomBytes(2_000_000))
    await ana.api.importPath({ path: ground.path('trip') })
    await expect
      .poll(async () => (await ana.api.shares()).some(({ name }) => name === 'trip'), { timeout: WAIT_MS })
      .toBe(true)
    const trip = (await ana.api.shares()).find(({ name }) => name === 'trip')
    await homeOf(page)
    await page.getByRole('textbox', { name: /link/i }).fill(trip?.link ?? '')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText('three.bin').waitFor({ timeout: WAIT_MS })
    const third = sheet.getByRole('treeitem', { name: /three\.bin/ })
    await third.locator('label, [class*=box]').first().click()
    await expect.poll(() => third.getAttribute('aria-checked'), { timeout: WAIT_MS }).toBe('false')
    await sheet.getByRole('button', { name: 'Download 4.00 MB' }).click({ timeout: WAIT_MS })
    await shareIn(ben.api, trip?.root ?? '', 'seeding')
    expect(readdirSync(join(ben.downloads, 'trip')).sort()).toEqual(['one.bin', 'two.bin'])
  })

  it('watched: the source is killed, the window says why nothing comes; it returns, and it is completed', async () => {
    const { page } = benWindow
    const film = randomBytes(40 * 2 ** 20)
    writeFileSync(ground.path('film.bin'), film)
    await ana.api.importPath({ path: ground.path('film.bin') })
    await expect
      .poll(async () => (await ana.api.shares()).some(({ name }) => name === 'film.bin'), { timeout: WAIT_MS })
      .toBe(true)
    const root = (await ana.api.shares()).find(({ name }) => name === 'film.bin')
    await ben.api.limit({ down: 4_000_000 })
    await ben.api.openLink({ link: root?.link ?? '' })
    await ben.api.start({ root: root?.root ?? '', destination: ben.downloads })
    await go(page, `/transfers/${root?.root}`)
    await page.getByText('Downloading').first().waitFor({ timeout: WAIT_MS })
    await expect
      .poll(async () => (await ben.api.share(root?.root ?? '')).haveChunks, { timeout: WAIT_MS })
      .toBeGreaterThan(4)
    await ana.running.killed()
    await page
      .getByText('It goes on by itself when somebody comes back', { exact: false })
      .first()
      .waitFor({ timeout: WAIT_MS })
    const before = (await ben.api.share(root?.root ?? '')).haveChunks
    expect(before).toBeLessThan(40)
    ana = await ground.peer('ana')
    await expect
      .poll(async () => (await ben.api.share(root?.root ?? '')).haveChunks, { timeout: 2 * WAIT_MS })
      .toBeGreaterThan(before)
    await page.getByText('Downloading').first().waitFor({ timeout: WAIT_MS })
    await ben.api.limit({ down: null })
    await page.getByText('Sharing', { exact: true }).first().waitFor({ timeout: WAIT_MS })
    expect(sha256(readFileSync(join(ben.downloads, 'film.bin')))).toBe(sha256(film))
    await go(page, `/transfers/${root?.root}/log`)
    await page
      .getByText(/ left\b/)
      .first()
      .waitFor({ timeout: WAIT_MS })
  })

  it('neither page reported anything', () => {
    // Ana's daemon was killed under her window: that it could not be reached then is no fault of the page.
    expect(anaWindow.errors.filter((line) => !line.includes('ERR_CONNECTION_REFUSED'))).toEqual([])
    expect(benWindow.errors).toEqual([])
  })
})
