/**
 * What a user does with a transfer, in a real window: pause and resume, limits, removing with an honest dialog, and the
 * whole way from the first window to a shared sample by keyboard alone. Each is compared with what the engine says then.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { chromiumMissing, type OpenPage, Windows } from './support/chromium.ts'
import { go, until, WAIT_MS } from './support/window.ts'

describe.skipIf(chromiumMissing !== undefined)('one transfer in hand', () => {
  const ground = new Ground()
  const windows = new Windows()
  let source: Peer
  let reader: Peer
  let window: OpenPage
  let root = ''

  beforeAll(async () => {
    source = await ground.peer('source')
    reader = await ground.peer('reader')
    writeFileSync(ground.path('film.bin'), randomBytes(48 * 2 ** 20))
    await source.api.importPath({ path: ground.path('film.bin') })
    await until(async () => (await source.api.shares()).length === 1)
    const [share] = await source.api.shares()
    root = share?.root ?? ''
    await reader.api.limit({ down: 2_000_000 })
    await reader.api.openLink({ link: share?.link ?? '' })
    await reader.api.start({ root, destination: reader.downloads })
    window = await windows.open(ground, 'reader')
    await window.page.getByRole('navigation').first().waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await windows.close()
    await ground.clear()
  })

  const stateIs = (state: string) =>
    expect.poll(async () => (await reader.api.share(root)).state, { timeout: WAIT_MS }).toBe(state)

  it('pause stops it, and says so only when the engine has; resume goes on from there', async () => {
    const { page } = window
    await go(page, `/transfers/${root}`)
    await page.getByRole('button', { name: 'Pause', exact: true }).click({ timeout: WAIT_MS })
    await stateIs('paused')
    await page.getByText('Paused', { exact: true }).first().waitFor({ timeout: WAIT_MS })
    const { haveBytes } = await reader.api.share(root)
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await stateIs('downloading')
    await expect
      .poll(async () => (await reader.api.share(root)).haveBytes, { timeout: WAIT_MS })
      .toBeGreaterThan(haveBytes)
  })

  it('a limit that is set in the dialog is the engine’s, and the speed obeys it', async () => {
    const { page } = window
    await go(page, '/transfers')
    await page.getByRole('row', { name: /film\.bin/ }).click()
    await page.getByRole('button', { name: 'Limits…' }).click()
    const dialog = page.getByRole('dialog')
    const field = dialog.getByRole('textbox', { name: /Download limit/ })
    await field.fill('1')
    await field.press('Tab')
    await dialog.getByRole('button', { name: 'Set limits' }).click()
    await expect
      .poll(async () => (await reader.api.share(root)).limitDownBytesPerSecond, { timeout: WAIT_MS })
      .toBe(1_000_000)
    // The speed is a mean of the last seconds: it comes down to the limit.
    await expect
      .poll(async () => (await reader.api.share(root)).downBytesPerSecond, { timeout: WAIT_MS })
      .toBeLessThan(1_300_000)
  })

  it('removing says what goes and what stays, and does exactly that', async () => {
    const { page } = window
    await go(page, '/transfers')
    await page.getByRole('row', { name: /film\.bin/ }).click()
    await page.getByRole('button', { name: 'Remove…' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('The download is not complete', { exact: false }).waitFor({ timeout: WAIT_MS })
    await dialog.getByText('What others have fetched already stays with them', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await reader.api.shares()).toHaveLength(1)
    await page.getByRole('button', { name: 'Remove…' }).click()
    await dialog.getByRole('button', { name: /^Remove/ }).click()
    await expect.poll(async () => (await reader.api.shares()).length, { timeout: WAIT_MS }).toBe(0)
    expect(existsSync(join(reader.downloads, 'film.bin'))).toBe(false)
    await page.getByText('No transfers yet').waitFor({ timeout: WAIT_MS })
    expect((await source.api.shares())[0]?.state).toBe('seeding')
  })

  it('[UI84] by keyboard alone: the sample is shared and its link copied, a screen is reached, a theme is chosen', async () => {
    const { page } = window
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await go(page, '/')
    await page.getByRole('heading', { name: 'Home', exact: true }).waitFor({ timeout: WAIT_MS })
    await page.locator('body').focus()
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let pressed = 0; pressed < 60; pressed++) {
        await page.keyboard.press('Tab')
        const label = await page.evaluate(() => {
          const element = document.activeElement
          return element === null ? '' : (element.getAttribute('aria-label') ?? element.textContent ?? '')
        })
        if (name.test(label)) return
      }
      throw new Error(`no way by Tab to ${name}`)
    }
    await tabTo(/^Try the sample$/)
    await page.keyboard.press('Enter')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('textbox', { name: 'Link' }).waitFor({ timeout: WAIT_MS })
    await tabTo(/Copy link/)
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()), { timeout: WAIT_MS })
      .toBe((await reader.api.shares())[0]?.link)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached', timeout: WAIT_MS })
    await tabTo(/^Settings$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor({ timeout: WAIT_MS })
    await tabTo(/^As the system$/)
    for (
      let pressed = 0;
      pressed < 12 && !(await page.evaluate(() => document.activeElement?.textContent === 'Light'));
      pressed++
    ) {
      const isInTheme = await page.evaluate(() => document.activeElement?.closest('[aria-label=Theme]') !== null)
      await page.keyboard.press(isInTheme ? 'ArrowRight' : 'Tab')
    }
    await page.keyboard.press('Space')
    await page.locator('html[data-theme=light]').waitFor({ state: 'attached', timeout: WAIT_MS })
    expect((await reader.api.settings()).settings.ui.theme).toBe('light')
  })

  it('nothing was reported by the page', () => {
    expect(window.errors).toEqual([])
  })
})
