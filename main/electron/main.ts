/**
 * Entry of the desktop app's main process, and the one file that imports Electron: puts real things together and hands
 * them to the parts. Bundled as CommonJS, because a module would be loaded too late to register the app: scheme before
 * the app is ready. Order matters: profile, then the single-instance lock, then everything else.
 * Rules [EL1] [EL2] [EL4] [EL17].
 */
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import process from 'node:process'
import * as electron from 'electron'
import { VERSION } from '../../shared/version.ts'
import { parseArguments } from './arguments.ts'
import { Desktop } from './desktop.ts'
import { systemClock } from './electron-api.ts'
import { launchEngine } from './engine/launch.ts'
import type { EngineStart } from './engine/messages.ts'
import { knowsReleases, openFacts, placesFor, websiteOf } from './facts.ts'
import { becomeTheOne, receiveRequests } from './instance.ts'
import { KeyVault } from './key-vault.ts'
import { pickLanguage, speaker } from './messages/messages.ts'
import { OpenRequests } from './open-requests.ts'
import { runSmoke } from './smoke/run-smoke.ts'
import { iconFile, trayImage } from './system/images.ts'
import { canUpdate, type Updater } from './system/updates.ts'
import { assetHandler, assetTable, SCHEME, SCHEME_PRIVILEGES } from './window/app-protocol.ts'
import { guardContents, guardSession } from './window/web-guard.ts'
import { readWindowState, writeWindowState } from './window/window-state.ts'

const { app } = electron
const here = import.meta.dirname
const system = { platform: process.platform, env: process.env, home: homedir() }
// In a clone the script stands between the executable and the arguments.
const own = { argv: process.argv.slice(app.isPackaged ? 1 : 2), cwd: process.cwd() }
const args = parseArguments(own.argv)
const places = placesFor(args, system, here, own.cwd)

function report(problem: string, error: unknown): void {
  process.stderr.write(`Shoal: ${problem}: ${error instanceof Error ? error.message : String(error)}\n`)
}

// Whoever started the app from a terminal may close it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
app.setName('Shoal')
if (!args.smoke) {
  // Electron refuses a folder that is not there. The profile holds the identity: nobody else may look into it.
  mkdirSync(places.profileDir, { recursive: true, mode: 0o700 })
  mkdirSync(places.userData, { recursive: true })
  app.setPath('userData', places.userData)
}
app.enableSandbox()
electron.protocol.registerSchemesAsPrivileged([SCHEME_PRIVILEGES])

if (args.smoke) void runSmoke({ electron, clock: systemClock, places, dev: args.dev, stdout: process.stdout })
else if (!becomeTheOne(app, own)) app.quit()
else runDesktop().catch(fail)

async function runDesktop(): Promise<void> {
  const requests = new OpenRequests(openFacts)
  let desktop: Desktop | undefined
  let asked = false
  const ask = () => {
    asked = true
    desktop?.ask()
  }
  receiveRequests(app, own, { requests, ask, report })
  guardContents(electron, args.dev)
  if (process.platform === 'win32') app.setAppUserModelId('app.shoal.desktop')
  if (app.isPackaged) app.setAsDefaultProtocolClient('shoal')

  const [table, saved] = await Promise.all([
    assetTable(places.ui),
    readWindowState(places.windowState),
    app.whenReady(),
  ])
  guardSession(electron.session.defaultSession, args.dev)
  electron.protocol.handle(SCHEME, assetHandler(table))

  const say = speaker(pickLanguage('auto', app.getPreferredSystemLanguages()))
  const vault = new KeyVault({
    safeStorage: electron.safeStorage,
    platform: process.platform,
    profileDir: places.profileDir,
    sole: app.isPackaged,
    explain: (reason, path) => say('key.locked', { reason, path }),
  })
  const startEngine = async (): Promise<EngineStart> => {
    const identity = await vault.openKey()
    return {
      profileDir: places.profileDir,
      logLevel: args.dev ? 'debug' : 'info',
      ...(args.network === undefined ? {} : { network: args.network }),
      ...(identity === undefined ? {} : { identity }),
    }
  }
  desktop = new Desktop({
    electron,
    clock: systemClock,
    requests,
    version: VERSION,
    dev: args.dev,
    hidden: args.hidden || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin),
    preload: places.preload,
    icon: process.platform === 'linux' ? iconFile(places.images) : undefined,
    trayImages: { load: () => trayImage(electron.nativeImage, places.images, process.platform) },
    saved,
    saveWindow: (state) => {
      writeWindowState(places.windowState, state).catch((error: unknown) =>
        report('the window state was not kept', error),
      )
    },
    login: { ...system, execPath: process.execPath },
    website: websiteOf(here),
    canUpdate:
      canUpdate({ packaged: app.isPackaged, platform: process.platform, env: process.env }) &&
      knowsReleases(process.resourcesPath),
    loadUpdater: async (): Promise<Updater> => (await import('electron-updater')).default.autoUpdater,
    keyProtection: () => vault.protection(),
    launch: (events) =>
      launchEngine(
        { electron, clock: systemClock, modulePath: places.engine, env: process.env, start: startEngine },
        events,
      ),
    report,
  })
  desktop.start()
  // What macOS handed over before there was a desktop, even if it was started hidden.
  if (asked) desktop.ask()
}

function fail(error: unknown): void {
  report('could not start', error)
  electron.dialog.showErrorBox('Shoal', error instanceof Error ? error.message : String(error))
  app.exit(1)
}
