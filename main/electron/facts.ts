/**
 * What the app finds out about itself when it starts: where its files lie, which profile it is for, what its installation
 * says of itself. Reads, decides nothing.
 * Rules [EL2] [EL26].
 */
import { readFileSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { defaultProfileDir, type SystemFacts } from '../../shared/profile.ts'
import type { DesktopArguments } from './arguments.ts'
import { MAX_LINK_FILE_BYTES, type OpenFacts } from './open-requests.ts'

export interface Places {
  readonly profileDir: string
  /** Chromium's own files: in the profile, so that each profile has its own, and its own single-instance lock. */
  readonly userData: string
  readonly windowState: string
  readonly preload: string
  readonly engine: string
  readonly smoke: string
  readonly ui: string
  readonly images: string
}

/** `here`: folder of the bundled main process. */
export function placesFor(args: DesktopArguments, system: SystemFacts, here: string, cwd: string): Places {
  const profileDir = resolve(cwd, args.profile ?? defaultProfileDir(system))
  const userData = join(profileDir, 'window')
  return {
    profileDir,
    userData,
    windowState: join(userData, 'window-state.json'),
    preload: join(here, 'preload.cjs'),
    engine: join(here, 'engine.js'),
    smoke: join(here, 'smoke.js'),
    ui: join(here, '..', 'ui'),
    images: join(here, 'images'),
  }
}

/** https address of the project, from the package.json beside the bundle. A clone has none. */
export function websiteOf(here: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8'))
    const homepage = typeof value === 'object' && value !== null && 'homepage' in value ? value.homepage : undefined
    return typeof homepage === 'string' && homepage.startsWith('https://') ? homepage : undefined
  } catch {
    return undefined
  }
}

/** electron-builder writes where the releases are, where it knows; without that there is nobody to ask for updates. */
export function knowsReleases(resourcesPath: string): boolean {
  try {
    return /^provider:/m.test(readFileSync(join(resourcesPath, 'app-update.yml'), 'utf8'))
  } catch {
    return false
  }
}

export const openFacts: OpenFacts = {
  async kindOf(path) {
    const facts = await stat(path).catch(() => undefined)
    return facts?.isDirectory() === true ? 'folder' : facts?.isFile() === true ? 'file' : 'missing'
  },
  async readLinkFile(path) {
    try {
      const handle = await open(path, 'r')
      try {
        if ((await handle.stat()).size > MAX_LINK_FILE_BYTES) return undefined
        return await handle.readFile('utf8')
      } finally {
        await handle.close()
      }
    } catch {
      return undefined
    }
  },
}
