/**
 * Several files become one share, in a real window on a real daemon: chosen on the daemon's machine, indexed where they lie,
 * one link; then a link each. What is on screen is compared with what the engine says and with what another peer gets.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { makeFile, treeOf } from '../e2e/support/files.ts'
import { fetchInto, untilSeeding } from '../e2e/support/shares.ts'
import { chromiumMissing, type OpenPage, Windows } from './support/chromium.ts'
import { go, WAIT_MS } from './support/window.ts'

const NAMES = ['beach.jpg', 'hut.jpg', 'sea.jpg']

describe.skipIf(chromiumMissing !== undefined)('[UI18] several files, one link', () => {
  const ground = new Ground()
  const windows = new Windows()
  let ana: Peer
  let ben: Peer
  let window: OpenPage

  beforeAll(async () => {
    ana = await ground.peer('ana')
    ben = await ground.peer('ben')
    for (const name of NAMES) makeFile(join(ana.downloads, name), 400_000, name)
    mkdirSync(join(ana.downloads, 'not chosen'))
    window = await windows.open(ground, 'ana')
  })
  afterAll(async () => {
    await windows.close()
    await ground.clear()
  })

  it('chosen together they have one link, to a folder with them, and stay where they lie', async () => {
    const { page } = window
    await go(page, '/')
    await page.getByRole('button', { name: 'Share files' }).click({ timeout: WAIT_MS })
    const browser = page.getByRole('dialog', { name: 'Share files' })
    await browser.getByRole('button', { name: 'Folders that may be shown' }).click({ timeout: WAIT_MS })
    await browser.getByRole('option', { name: ana.downloads }).dblclick({ timeout: WAIT_MS })
    for (const name of NAMES) await browser.getByRole('option', { name }).click({ timeout: WAIT_MS })
    await browser.getByRole('button', { name: 'Choose 3 files' }).click({ timeout: WAIT_MS })
    const sheet = page.getByRole('dialog', { name: 'beach.jpg and 2 more' })
    const field = sheet.getByRole('textbox', { name: 'Link' })
    await field.waitFor({ timeout: WAIT_MS })
    const [share, ...others] = await ana.api.shares()
    expect(others).toEqual([])
    const first = NAMES.map((name) => join(ana.downloads, name))
    expect(share).toMatchObject({ name: 'beach.jpg and 2 more', fileCount: 3, paths: { count: 3, first } })
    expect(await field.inputValue()).toBe(share?.link)
    for (const path of first) await sheet.getByText(path).waitFor({ timeout: WAIT_MS })
    await fetchInto(ben.api, share?.link ?? '', ben.downloads)
    const { path: got = '' } = await untilSeeding(ben.api, share?.root ?? '')
    expect(got).toBe(join(ben.downloads, 'beach.jpg and 2 more'))
    expect(Object.keys(treeOf(got)).sort()).toEqual(NAMES)
    for (const name of NAMES)
      expect(readFileSync(join(got, name)).equals(readFileSync(join(ana.downloads, name)))).toBe(true)
  })

  it('and a link each when that is wanted; the one for all stays', async () => {
    const { page } = window
    await page.getByRole('button', { name: 'A link each' }).click({ timeout: WAIT_MS })
    const sheet = page.getByRole('dialog', { name: 'Sharing 3 things' })
    await expect.poll(() => sheet.getByRole('button', { name: 'Copy link' }).count(), { timeout: WAIT_MS }).toBe(3)
    const shares = await ana.api.shares()
    expect(shares.map(({ name }) => name).sort()).toEqual(['beach.jpg', 'beach.jpg and 2 more', 'hut.jpg', 'sea.jpg'])
    await page.keyboard.press('Escape')
    expect(window.errors).toEqual([])
  })
})
