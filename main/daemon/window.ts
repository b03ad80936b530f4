/**
 * Everything that the daemon has for a window in a browser, put together: the files, the sessions, the copies of dropped
 * files, the folders that may be shown, and the address that opens a session. Rules [DA20] [DA21] [DA24] [DA25].
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { UPLOADS_FOLDER } from '../../shared/profile.ts'
import type { PageParts } from './answer.ts'
import { Assets } from './assets.ts'
import { Folders } from './folders.ts'
import { Sessions } from './sessions.ts'
import { CAPABILITIES, type DaemonShell, daemonShell, withUploads } from './shell.ts'
import { UploadDoor } from './upload-door.ts'
import { Uploads } from './uploads.ts'

export interface WindowOptions {
  /** The window's files; there may be none. */
  readonly folder: string
  readonly profileDir: string
  /** As the command line says, if it does. */
  readonly downloadDir?: string | undefined
  readonly allowPaths?: readonly string[] | undefined
  readonly api: EngineApi
  restart(): Promise<void>
  readonly requestStop?: (() => void) | undefined
}

export interface WindowParts {
  readonly page: Omit<PageParts, 'cookieName'>
  /** The engine's commands, as a daemon with a window has them. */
  readonly api: EngineApi
  readonly shell: DaemonShell
  start(): Promise<void>
  stop(): Promise<void>
  /** A fresh one-time address; undefined when no window was built. */
  address(port: number): Promise<string | undefined>
}

export function windowParts(options: WindowOptions): WindowParts {
  const { api, profileDir } = options
  const assets = new Assets(options.folder)
  const sessions = new Sessions()
  const uploads = new Uploads(join(profileDir, UPLOADS_FOLDER))
  const folders = new Folders({
    roots: async () => [homedir(), ...(await downloadFolder(api, options.downloadDir)), ...(options.allowPaths ?? [])],
    forbidden: [profileDir],
  })
  const shell = daemonShell({ folders, uploads, restart: options.restart, requestStop: options.requestStop })
  return {
    page: { assets, sessions, uploads: new UploadDoor(uploads), capabilities: CAPABILITIES },
    api: withUploads(api, uploads),
    shell,
    async start() {
      await Promise.all([assets.refresh(), uploads.start()])
    },
    stop: () => uploads.stop(),
    async address(port) {
      await assets.refresh()
      return assets.has('/') ? `http://127.0.0.1:${port}/#t=${sessions.mint()}` : undefined
    },
  }
}

/** The one of the settings; the one that the daemon was started with, if any, while there is no engine to ask. */
async function downloadFolder(api: EngineApi, fallback: string | undefined): Promise<string[]> {
  try {
    return [(await api.settings()).settings.downloadFolder]
  } catch {
    return fallback === undefined ? [] : [fallback]
  }
}
