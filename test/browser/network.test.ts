/**
 * Network, Peers and the doctor in a real Chromium: what they show is what the engines say, while peers come, go and are
 * blocked. Three real daemons on loopback.
 */

import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { chromiumMissing, type OpenPage, Windows } from './support/chromium.ts'

const WAIT_MS = 20_000
const SIZE_BYTES = 24 * 2 ** 20

describe.skipIf(chromiumMissing !== undefined)('network, peers and doctor', () => {
  const ground = new Ground()
  const windows = new Windows()
  let source: Peer
  let reader: Peer
  let window: OpenPage

  beforeAll(async () => {
    mkdirSync(ground.path('files'))
    writeFileSync(ground.path('files', 'film.bin'), randomBytes(SIZE_BYTES))
    source = await ground.peer('source')
    reader = await ground.peer('reader')
    window = await windows.open(ground, 'reader')
  })
  afterAll(async () => {
    await windows.close()
    await ground.clear()
  })

  const go = async (hash: string): Promise<void> => {
    await window.page.evaluate((to) => {
      globalThis.location.hash = to
    }, hash)
  }

  it('[UI61] alone, it says so; connected, it does not', async () => {
    const { page } = window
    await go('/network')
    await page.getByText('You are alone right now.').waitFor({ timeout: WAIT_MS })
    const [address] = source.addresses
    await reader.api.connect({ address: address ?? '' })
    await page.getByText('Nothing stands in between.').waitFor({ timeout: WAIT_MS })
    await page.getByRole('heading', { name: '1 connection' }).waitFor({ timeout: WAIT_MS })
  })

  it('[UI63] the routing table names the peer that the engine has in it', async () => {
    const { page } = window
    await expect
      .poll(
        async () =>
          (await reader.api.network()).dhts.flatMap(({ buckets }) =>
            buckets.flatMap(({ peers }) => peers.map(({ peer }) => peer)),
          ),
        {
          timeout: WAIT_MS,
        },
      )
      .toContain(source.id)
    await page
      .getByRole('radio', { name: /^Bucket of / })
      .first()
      .click({ timeout: WAIT_MS })
    const { name } = await source.api.status()
    await page
      .getByRole('list', { name: /^Peers of the bucket/ })
      .getByText(name)
      .waitFor({ timeout: WAIT_MS })
  })

  it('[UI62] traffic is what the engine counted, as a table too', async () => {
    const { page } = window
    const job = await source.api.importPath({ path: ground.path('files') })
    await expect.poll(async () => (await source.api.shares())[0]?.state, { timeout: WAIT_MS }).toBe('seeding')
    expect(job.path).toBe(ground.path('files'))
    const [share] = await source.api.shares()
    const { root } = await reader.api.openLink({ link: share?.link ?? '' })
    await reader.api.start({ root, destination: reader.downloads })
    await expect.poll(async () => (await reader.api.share(root)).state, { timeout: WAIT_MS }).toBe('seeding')
    await page.getByRole('radio', { name: 'Table' }).click()
    // 24 MiB = 25.2 MB: the minute (or two) in which it came adds up to it.
    await expect
      .poll(
        async () => {
          const cells = await page.locator('main table').first().locator('tbody tr td:nth-child(2)').allInnerTexts()
          return cells.reduce((sum, text) => sum + megabytes(text), 0)
        },
        { timeout: WAIT_MS },
      )
      .toBeCloseTo(SIZE_BYTES / 1e6, 0)
    const { wireReceivedBytes, receivedBytes } = await reader.api.status()
    expect(receivedBytes).toBeGreaterThanOrEqual(SIZE_BYTES)
    expect(wireReceivedBytes).toBeGreaterThan(receivedBytes)
  })

  it('[UI65] a nickname stays, and is the user’s own', async () => {
    const { page } = window
    await go(`/peers/${source.id}`)
    const field = page.getByRole('textbox', { name: 'Your name for it' })
    await field.fill('Ana’s laptop', { timeout: WAIT_MS })
    await field.press('Enter')
    await expect
      .poll(async () => (await reader.api.peers()).find(({ peer }) => peer === source.id)?.nickname, {
        timeout: WAIT_MS,
      })
      .toBe('Ana’s laptop')
    await page.getByRole('heading', { name: 'Ana’s laptop' }).waitFor({ timeout: WAIT_MS })
    expect((await source.api.status()).name).not.toBe('Ana’s laptop')
  })

  it('[UI66] a peer that is killed is shown as away, and as connected when it is back', async () => {
    const { page } = window
    const detail = page.getByRole('region', { name: /What is known of/ })
    await detail.getByText('connected', { exact: true }).waitFor({ timeout: WAIT_MS })
    await source.running.killed()
    await detail.getByText('away', { exact: true }).waitFor({ timeout: WAIT_MS })
    await detail.getByText('left', { exact: true }).first().waitFor({ timeout: WAIT_MS })
    source = await ground.peer('source')
    await detail.getByText('connected', { exact: true }).waitFor({ timeout: 2 * WAIT_MS })
  })

  it('[UI68] blocking asks, says what it does, and ends the connection', async () => {
    const { page } = window
    const detail = page.getByRole('region', { name: /What is known of/ })
    await detail.getByRole('button', { name: 'Block' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('What it already fetched stays with it').waitFor({ timeout: WAIT_MS })
    await dialog.getByRole('button', { name: 'Block' }).click()
    await detail.getByText('blocked', { exact: true }).waitFor({ timeout: WAIT_MS })
    await expect
      .poll(async () => (await reader.api.peers()).find(({ peer }) => peer === source.id)?.connected, {
        timeout: WAIT_MS,
      })
      .toBe(false)
    await detail.getByRole('button', { name: 'Unblock' }).click()
    await detail.getByRole('button', { name: 'Block' }).waitFor({ timeout: WAIT_MS })
    expect((await reader.api.peers()).find(({ peer }) => peer === source.id)?.blocked).toBeUndefined()
  })

  it('[UI70] the doctor shows every finding of the engine, and no other', async () => {
    const { page } = window
    await go('/doctor')
    const findings = await reader.api.doctor()
    await page.getByText('Listening for other peers').waitFor({ timeout: WAIT_MS })
    const shown = await page.locator('main li h2').allInnerTexts()
    expect(shown.length).toBe(findings.length)
    const results = { ok: 'fine', warning: 'could be better', problem: 'problem', skipped: 'not tested' }
    for (const result of ['ok', 'warning', 'problem', 'skipped'] as const) {
      const wanted = findings.filter((finding) => finding.result === result).length
      expect(await page.locator('main li').getByText(results[result], { exact: true }).count(), result).toBe(wanted)
    }
  })

  it('nothing was reported by the page', () => {
    expect(window.errors).toEqual([])
  })
})

/** "25.2 MB" -> 25.2 */
function megabytes(text: string): number {
  const match = /^([\d.,]+)\s*(B|kB|MB|GB)$/.exec(text.trim())
  const factor = { B: 1e-6, kB: 1e-3, MB: 1, GB: 1e3 }[match?.[2] ?? ''] ?? Number.NaN
  return Number((match?.[1] ?? '').replace(',', '')) * factor
}
