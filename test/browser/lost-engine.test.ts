/**
 * A window whose engine goes: started anew and ended from the window, and gone without a word. What is said of it is true,
 * every screen can still be looked at, and no failure is told that was none.
 */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { seriousFindings } from './support/axe.ts'
import { chromiumMissing, type OpenPage, Windows } from './support/chromium.ts'
import { go, until, WAIT_MS } from './support/window.ts'

describe.skipIf(chromiumMissing !== undefined)('an engine that goes', () => {
  const ground = new Ground()
  const windows = new Windows()
  let node: Peer
  let window: OpenPage
  let root = ''

  beforeAll(async () => {
    node = await ground.peer('node')
    writeFileSync(ground.path('notes.txt'), 'hello')
    await node.api.importPath({ path: ground.path('notes.txt') })
    await until(async () => (await node.api.shares()).length === 1)
    root = (await node.api.shares())[0]?.root ?? ''
    window = await windows.open(ground, 'node')
    await window.page.getByRole('navigation').first().waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await windows.close()
    await ground.clear()
  })

  it('[UI87] started anew from the window it comes back, and no failure is told', async () => {
    const { page } = window
    const { startedAt } = await node.api.status()
    await go(page, '/settings/advanced')
    await page.getByRole('button', { name: 'Restart the engine' }).click({ timeout: WAIT_MS })
    await expect.poll(() => startedAtOf(), { timeout: WAIT_MS }).toBeGreaterThan(startedAt)
    await page.getByText('The engine is not answering.').waitFor({ state: 'detached', timeout: WAIT_MS })
    await expect
      .poll(() => page.getByRole('button', { name: 'Restart the engine' }).isEnabled(), { timeout: WAIT_MS })
      .toBe(true)
    expect(await page.getByText('That did not work').count()).toBe(0)
  })

  it('[UI87] ended from the window, which says so and tells no failure', async () => {
    const { page } = window
    await page.getByRole('button', { name: 'Quit Shoal' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Quit Shoal' }).click()
    await page.getByText('The engine is not answering.').waitFor({ timeout: WAIT_MS })
    expect((await node.running.ended).code).toBe(0)
    expect(await page.getByText('That did not work').count()).toBe(0)
  })

  it('[UI87] every screen can be looked at while it is gone', async () => {
    const { page } = window
    for (const [hash, title] of [
      ['/', 'Home'],
      ['/transfers', 'Transfers'],
      [`/transfers/${root}`, 'notes.txt'],
      ['/network', 'Network'],
      ['/peers', 'Peers'],
      ['/doctor', 'Connection doctor'],
      ['/settings', 'Settings'],
    ] as const) {
      await go(page, hash)
      await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: WAIT_MS })
      expect(await seriousFindings(page), title).toEqual([])
    }
  })

  async function startedAtOf(): Promise<number> {
    const client = await ground.client('node')
    try {
      return (await client.api.status()).startedAt
    } catch {
      return 0
    } finally {
      client.close()
    }
  }
})
