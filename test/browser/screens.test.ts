/**
 * Every screen of the window, busy, in both themes: axe finds nothing serious, nothing is wider than the window at 900x600,
 * and in every language it says something. Language and theme are changed in the settings, without a reload.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { seriousFindings } from './support/axe.ts'
import { chromiumMissing, type OpenPage, Windows } from './support/chromium.ts'
import { go, until, WAIT_MS } from './support/window.ts'

/** Names from the network that try to be something else: markup, a bidi override, something long. */
const HOSTILE = '<img src=x onerror=alert(1)>'
const LONG = `${'very-long-name-'.repeat(12)}.bin`

describe.skipIf(chromiumMissing !== undefined)('every screen', () => {
  const ground = new Ground()
  const windows = new Windows()
  let source: Peer
  let reader: Peer
  let window: OpenPage
  let film = ''
  let folder = ''

  beforeAll(async () => {
    source = await ground.peer('source')
    reader = await ground.peer('reader')
    mkdirSync(ground.path('stuff', 'inner'), { recursive: true })
    for (const name of [HOSTILE, LONG, 'plain.txt'])
      writeFileSync(ground.path('stuff', 'inner', name), randomBytes(70_000))
    writeFileSync(ground.path('film.bin'), randomBytes(64 * 2 ** 20))
    for (const name of ['stuff', 'film.bin']) await source.api.importPath({ path: ground.path(name) })
    await until(async () => (await source.api.shares()).length === 2)
    await reader.api.limit({ down: 1_500_000 })
    for (const { link, root, name } of await source.api.shares()) {
      await reader.api.openLink({ link })
      await reader.api.start({ root, destination: reader.downloads })
      if (name === 'film.bin') film = root
      else folder = root
    }
    window = await windows.open(ground, 'reader')
    await window.page.getByRole('navigation').first().waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await windows.close()
    await ground.clear()
  })

  const screens = (): readonly (readonly [string, string])[] => [
    ['home', '/'],
    ['transfers', '/transfers'],
    ['chunks', `/transfers/${film}`],
    ['swarm', `/transfers/${film}/swarm`],
    ['peers of a share', `/transfers/${film}/peers`],
    ['files', `/transfers/${folder}/files`],
    ['log', `/transfers/${film}/log`],
    ['network', '/network'],
    ['peers', `/peers/${source.id}`],
    ['doctor', '/doctor'],
    ...['general', 'folders', 'speed', 'network', 'start', 'identity', 'advanced'].map(
      (section) => [`settings: ${section}`, `/settings/${section}`] as const,
    ),
  ]

  it.each(['dark', 'light'] as const)(
    '[UI81] axe finds nothing serious on any screen in the %s theme',
    async (theme) => {
      const { page } = window
      await reader.api.changeSettings({ ui: { theme } })
      await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached', timeout: WAIT_MS })
      for (const [name, hash] of screens()) {
        await go(page, hash)
        await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: WAIT_MS })
        expect(await seriousFindings(page), `${name}, ${theme}`).toEqual([])
      }
    },
  )

  it('[UI82] nothing is wider than the window at 900x600', async () => {
    const { page } = window
    await page.setViewportSize({ width: 900, height: 600 })
    for (const [name, hash] of screens()) {
      await go(page, hash)
      await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: WAIT_MS })
      const wide = await page.evaluate(() =>
        [document.documentElement, document.body, document.querySelector('main')]
          .filter((element) => element !== null && element.scrollWidth > element.clientWidth + 1)
          .map((element) => `${element?.tagName} ${element?.scrollWidth}`),
      )
      expect(wide, name).toEqual([])
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('[UI80] the language changes on every screen without a reload', async () => {
    const { page } = window
    await page.evaluate(() => {
      Object.assign(globalThis, { notReloaded: true })
    })
    for (const [language, title] of [
      ['pt-BR', 'Transferências'],
      ['es', 'Transferencias'],
      ['en', 'Transfers'],
    ] as const) {
      await reader.api.changeSettings({ ui: { language } })
      await go(page, '/transfers')
      await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: WAIT_MS })
      for (const [name, hash] of screens()) {
        await go(page, hash)
        await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: WAIT_MS })
        // A key that has no words is shown as itself by the library: "area.key".
        const keys = await page.locator('main').textContent()
        expect(keys, `${name} in ${language}`).not.toMatch(
          /\b(common|home|share|receive|transfers|detail|network|peers|doctor|settings|states|log|errors)\.[a-z]\w+/,
        )
      }
    }
    expect(await page.evaluate(() => 'notReloaded' in globalThis)).toBe(true)
  })

  it('[UI83] a name from the network is text, never markup', async () => {
    const { page } = window
    await go(page, `/transfers/${folder}/files`)
    await page.getByText(HOSTILE, { exact: false }).first().waitFor({ timeout: WAIT_MS })
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })

  it('nothing was reported by the page', () => {
    expect(window.errors).toEqual([])
  })
})
