/**
 * Draws every screen of the window into docs/images: `npm run screenshots`. Nine real daemons on loopback move real files
 * while the pictures are taken, and some of them fail in earnest; nothing on them is made up but the names. Not a test: it is
 * run when the window changes.
 */
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Ground, type Peer } from '../e2e/support/daemon.ts'
import { chromiumMissing, Windows } from './support/chromium.ts'
import { go, until, WAIT_MS } from './support/window.ts'

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const SIZES = [
  [1280, 800],
  [900, 600],
] as const
const THEMES = ['dark', 'light'] as const
const MIB = 2 ** 20
/** Slow enough that the picture is of a download in full swing, whatever the machine. */
const READER_RATE = 3_000_000
/** What a lively picture needs: moves have begun, the chart has a shape. */
const SETTLE_MS = 900

if (chromiumMissing !== undefined) throw new Error(chromiumMissing)
const ground = new Ground()
const windows = new Windows()
try {
  mkdirSync(FOLDER, { recursive: true })
  await draw()
} finally {
  await windows.close()
  await ground.clear()
}

async function draw(): Promise<void> {
  const names = ['Maya’s laptop', 'Reading room 3', 'Lab bench', 'Tomás', 'Old desktop']
  const sources: Peer[] = []
  for (const [at, name] of names.entries()) {
    const peer = await ground.peer(`source-${at}`)
    await peer.api.changeSettings({ name })
    sources.push(peer)
  }
  const [first, second, third, ...others] = sources
  const reader = await ground.peer('reader')
  await reader.api.changeSettings({ name: 'Quiet Heron' })
  if (first === undefined || second === undefined || third === undefined) throw new Error('no sources')

  writeFileSync(ground.path('Field recordings 2026.wav'), randomBytes(400 * MIB))
  const lectures = ground.path('Distributed systems, week 5')
  for (const [folder, files] of [
    ['Slides', ['01 Failure detectors.pdf', '02 Consensus.pdf', '03 Gossip.pdf']],
    ['Recordings', ['Lecture 9.mp4', 'Lecture 10.mp4']],
    ['Exercises', ['Sheet 5.pdf', 'Solutions to sheet 4.pdf', 'readme.txt']],
  ] as const) {
    mkdirSync(`${lectures}/${folder}`, { recursive: true })
    for (const name of files)
      writeFileSync(`${lectures}/${folder}/${name}`, randomBytes(name.endsWith('mp4') ? 90 * MIB : 700_000))
  }
  writeFileSync(ground.path('Holiday video.mp4'), randomBytes(150 * MIB))
  writeFileSync(ground.path('Thesis draft.pdf'), randomBytes(6 * MIB))

  const share = async (peer: Peer, path: string) => {
    const { length } = await peer.api.shares()
    await peer.api.importPath({ path })
    await until(async () => (await peer.api.shares()).length > length)
    const found = (await peer.api.shares()).find((one) => path.endsWith(one.name))
    if (found === undefined) throw new Error(`${path} is not shared`)
    return found
  }
  // As on a local network, where multicast would introduce them.
  for (const peer of sources.slice(1)) await first.api.connect({ address: peer.addresses[0] ?? '' })
  // Each source reads the same file; what they share is one share with many copies.
  const recordings = await share(first, ground.path('Field recordings 2026.wav'))
  for (const peer of [second, third]) await share(peer, ground.path('Field recordings 2026.wav'))
  const course = await share(first, lectures)
  const video = await share(second, ground.path('Holiday video.mp4'))
  await share(reader, ground.path('Thesis draft.pdf'))

  await reader.api.limit({ down: READER_RATE })
  // Two more that have only begun: they give what they have.
  for (const peer of others) {
    await peer.api.limit({ down: 2_500_000 })
    await peer.api.openLink({ link: recordings.link })
    await peer.api.start({ root: recordings.root, destination: peer.downloads })
  }
  for (const { link, root } of [recordings, video]) {
    await reader.api.openLink({ link })
    await reader.api.start({ root, destination: reader.downloads })
  }
  await reader.api.setPriority({ root: recordings.root, priority: 'high' })
  await until(async () => (await reader.api.share(recordings.root)).haveChunks > 8)
  await reader.api.openLink({ link: course.link })
  await reader.api.pause(video.root)

  const troubled = await inTrouble(first, second, share)
  const { page } = await windows.open(ground, 'reader')
  await ground.peer('empty')
  const empty = await windows.open(ground, 'empty')
  const trouble = await windows.open(ground, 'troubled')
  for (const one of [page, empty.page, trouble.page])
    await one.getByRole('navigation').first().waitFor({ timeout: WAIT_MS })

  for (const theme of THEMES) {
    await reader.api.changeSettings({ ui: { theme } })
    for (const one of [empty.page, trouble.page]) await one.emulateMedia({ colorScheme: theme })
    for (const [width, height] of SIZES) {
      const shot = (of: Page, name: string) => picture(of, { name, width, height, theme })
      await page.setViewportSize({ width, height })
      await shot(empty.page, 'home-empty')
      await go(trouble.page, '/transfers')
      await shot(trouble.page, 'transfers-trouble')
      const screens: readonly (readonly [string, string])[] = [
        ['home', '/'],
        ['transfers', '/transfers'],
        ['chunks', `/transfers/${recordings.root}/chunks`],
        ['swarm', `/transfers/${recordings.root}/swarm`],
        ['swarm-peers', `/transfers/${recordings.root}/peers`],
        ['files', `/transfers/${course.root}/files`],
        ['log', `/transfers/${recordings.root}/log`],
        ['network', '/network'],
        ['peers', `/peers/${first.id}`],
        ['doctor', '/doctor'],
        ['settings', '/settings/speed'],
      ]
      for (const [name, hash] of screens) {
        await go(page, hash)
        await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: WAIT_MS })
        if (name === 'chunks') await page.getByRole('radio', { name: 'Supplier' }).click()
        await shot(page, name)
      }
      await go(page, '/')
      await page.getByRole('button', { name: 'Link', exact: true }).first().click()
      await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).waitFor({ timeout: WAIT_MS })
      await shot(page, 'share-sheet')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Choose…' }).first().click()
      await page.getByRole('dialog').getByRole('tree').waitFor({ timeout: WAIT_MS })
      await shot(page, 'receive-sheet')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  }

  await troubled.running.killed()
  await trouble.page.getByText('The engine is not answering.').waitFor({ timeout: WAIT_MS })
  for (const theme of THEMES) {
    await trouble.page.emulateMedia({ colorScheme: theme })
    for (const [width, height] of SIZES) await picture(trouble.page, { name: 'engine-lost', width, height, theme })
  }
}

interface Look {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly theme: (typeof THEMES)[number]
}

/** From the top of the screen, with nothing under the pointer and nothing focused by the keyboard. */
async function picture(of: Page, { name, width, height, theme }: Look): Promise<void> {
  await of.setViewportSize({ width, height })
  await of.waitForTimeout(SETTLE_MS)
  await of.mouse.move(width - 2, 2)
  await of.evaluate((isOfLog) => {
    // The log stays at its newest line.
    if (!isOfLog) for (const element of document.querySelectorAll('main, main *')) element.scrollTop = 0
  }, name === 'log')
  await of.screenshot({ path: `${FOLDER}${name}-${width}x${height}-${theme}.png` })
}

/** A node for which much goes wrong: its only source is gone, as are a folder it writes to and two of its own files. */
async function inTrouble(
  source: Peer,
  other: Peer,
  share: (peer: Peer, path: string) => Promise<ShareSummary>,
): Promise<Peer> {
  const file = (name: string, bytes: number) => {
    writeFileSync(ground.path(name), randomBytes(bytes))
    return ground.path(name)
  }
  const leaver = await ground.peer('leaver')
  await leaver.api.changeSettings({ name: 'Library kiosk' })
  const archive = await share(leaver, file('Newsletter archive 1998-2025.zip', 60 * MIB))
  const scans = await share(source, file('Scans of the parish register', 40 * MIB))
  const troubled = await ground.peer('troubled')
  await troubled.api.changeSettings({ name: 'Old laptop' })
  const minutes = await share(troubled, file('Minutes 2026.odt', MIB))
  const recipes = await share(troubled, file('Family recipes.pdf', 2 * MIB))
  await share(troubled, file('Choir rehearsal.flac', 30 * MIB))
  await troubled.api.limit({ down: 2_000_000 })
  const drive = ground.path('External drive')
  mkdirSync(drive)
  for (const [{ root, link }, destination] of [
    [archive, troubled.downloads],
    [scans, drive],
  ] as const) {
    await troubled.api.openLink({ link })
    await troubled.api.start({ root, destination })
    await until(async () => (await troubled.api.share(root)).haveChunks > 2)
  }
  await leaver.running.killed()
  rmSync(drive, { recursive: true })
  appendFileSync(ground.path('Minutes 2026.odt'), randomBytes(200_000))
  rmSync(ground.path('Family recipes.pdf'))
  // Whoever asks for a chunk of them makes it known.
  for (const { root, link } of [minutes, recipes]) {
    await other.api.openLink({ link })
    await other.api.start({ root, destination: other.downloads })
  }
  await until(async () => (await troubled.api.shares()).filter(({ trouble }) => trouble !== undefined).length === 4)
  for (const { root } of [minutes, recipes]) await other.api.remove({ root, withData: true })
  return troubled
}
