/**
 * Draws the app's pictures from assets/icon.svg and assets/tray.svg: what electron-builder puts into the packages
 * (assets/icon.ico, icon.icns, icons/NxN.png) and what the app shows itself (assets/images). The SVG is rasterised by a
 * Chromium, found on the machine or named by SHOAL_CHROMIUM; the containers are ours. The results are committed, with the
 * digest of what they were drawn from, so nobody needs this to build: `npm run icons`, after a change of an SVG.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { icns, ico } from './lib/icon-files.mjs'
import { fromRoot } from './lib/paths.mjs'

const APP_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
const ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024]
/** Apple's grid: the shape takes 824 of 1024 pixels, the rest is room for its shadow. */
const MAC_SHARE = 824 / 1024

const icon = read('assets/icon.svg')
const tray = read('assets/tray.svg')
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const page = await browser.newPage()
  /** @param {string} svg @param {number} size @param {{ share?: number, color?: string }} [look] */
  const draw = async (svg, size, { share = 1, color = '#000' } = {}) => {
    const side = Math.round(size * share)
    const margin = (size - side) / 2
    await page.setViewportSize({ width: size, height: size })
    await page.setContent(
      `<style>html,body{margin:0;background:transparent}svg{display:block;fill:${color};width:${side}px;height:${side}px;margin:${margin}px}</style>${svg}`,
    )
    return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } })
  }
  const pictures = new Map()
  for (const size of APP_SIZES) pictures.set(size, await draw(icon, size))
  const of = (/** @type {number} */ size) => ({ size, png: pictures.get(size) })
  for (const size of APP_SIZES.filter((size) => size >= 16 && size <= 1024)) {
    write(`assets/icons/${size}x${size}.png`, pictures.get(size))
  }
  write('assets/icon.ico', ico(ICO_SIZES.map(of)))
  const mac = []
  for (const size of ICNS_SIZES) mac.push({ size, png: await draw(icon, size, { share: MAC_SHARE }) })
  write('assets/icon.icns', icns(mac))

  write('assets/images/icon.png', pictures.get(256))
  const sea = '#12b3a6'
  write('assets/images/tray.png', await draw(tray, 24, { color: sea }))
  write('assets/images/tray@2x.png', await draw(tray, 48, { color: sea }))
  const traySizes = []
  for (const size of [16, 24, 32]) traySizes.push({ size, png: await draw(tray, size, { color: sea }) })
  write('assets/images/tray.ico', ico(traySizes))
  write('assets/images/trayTemplate.png', await draw(tray, 18))
  write('assets/images/trayTemplate@2x.png', await draw(tray, 36))
} finally {
  await browser.close()
}
write('assets/drawn-from.json', `${JSON.stringify({ 'icon.svg': digest(icon), 'tray.svg': digest(tray) }, null, 2)}\n`)

function findChromium() {
  const known = [
    process.env['SHOAL_CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/usr/bin/microsoft-edge',
  ]
  const found = known.find((path) => path !== undefined && path !== '' && existsSync(path))
  if (found === undefined) throw new Error('No Chromium was found: name one in SHOAL_CHROMIUM.')
  return found
}

/** @param {string} path */
function read(path) {
  return readFileSync(fromRoot(path), 'utf8')
}

/**
 * @param {string} path
 * @param {string | Uint8Array} content
 */
function write(path, content) {
  const file = fromRoot(path)
  mkdirSync(fromRoot(path.slice(0, path.lastIndexOf('/'))), { recursive: true })
  writeFileSync(file, content)
}

/** @param {string} text */
function digest(text) {
  return createHash('sha256').update(text).digest('hex')
}
