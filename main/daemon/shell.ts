/**
 * The shell of a window in a browser, daemon's side: what `shell.*` of the contract means. It puts folders, uploads and the
 * daemon's life together and decides nothing of them. Rules [DA24] [DA25] [DA26].
 */
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import { BROWSER_CAPABILITIES } from '../../shared/shell/browser-capabilities.ts'
import type { FolderListing, ShellCapabilities } from '../../shared/shell/shell-api.ts'
import { afterAnswer } from './after-answer.ts'
import type { Folders } from './folders.ts'
import type { Uploads } from './uploads.ts'

export interface DaemonShell {
  listFolder(path: string | undefined, signal?: AbortSignal): Promise<FolderListing>
  createFolder(parent: string, name: string): Promise<string>
  beginUpload(totalBytes: number): Promise<string>
  finishUpload(id: string): Promise<string>
  abortUpload(id: string): Promise<void>
  restartEngine(): Promise<void>
  quit(): Promise<void>
}

export interface ShellParts {
  readonly folders: Folders
  readonly uploads: Uploads
  restart(): Promise<void>
  /** Absent where the daemon is part of another program's life. */
  readonly requestStop?: (() => void) | undefined
}

export function daemonShell({ folders, uploads, restart, requestStop }: ShellParts): DaemonShell {
  return {
    listFolder: (path, signal) => folders.list(path, signal),
    createFolder: (parent, name) => folders.create(parent, name),
    beginUpload: (totalBytes) => uploads.begin(totalBytes),
    finishUpload: (id) => uploads.finish(id),
    abortUpload: (id) => uploads.abort(id),
    restartEngine: restart,
    async quit() {
      if (requestStop === undefined) {
        throw new ShoalError('NOT_ALLOWED', 'This Shoal belongs to a command in a terminal: end it there.')
      }
      // Else the connection would go with the answer, and who asked could not tell it from a failure.
      afterAnswer(requestStop)
    },
  }
}

/** What a page with a session is told that it can do here. */
export const CAPABILITIES: ShellCapabilities = { ...BROWSER_CAPABILITIES, platform: process.platform }

/** The engine's commands, with one thing more: a copy that was made for a share goes with its data. */
export function withUploads(api: EngineApi, uploads: Pick<Uploads, 'removeCopy'>): EngineApi {
  const remove: EngineApi['remove'] = async (input) => {
    const share = input.withData ? await api.share(input.root).catch(() => undefined) : undefined
    await api.remove(input)
    if (share?.origin === 'in-place' && share.path !== undefined) await uploads.removeCopy(share.path)
  }
  return new Proxy(api, {
    get: (target, name) => (name === 'remove' ? remove : Reflect.get(target, name)),
  })
}
