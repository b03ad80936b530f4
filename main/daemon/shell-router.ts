/** `shell.*` of the contract, implemented by handing each command to a DaemonShell. Nothing is decided here. Rules [DA1] [DA3]. */
import { implement } from '@orpc/server'
import { shellContract } from '../../shared/shell/shell-contract.ts'
import { type Connection, wire } from './router.ts'
import type { DaemonShell } from './shell.ts'

export function shellRouter(shell: DaemonShell) {
  const os = implement(shellContract).$context<Connection>()
  return os.router({
    listFolder: os.listFolder.handler(({ input, signal }) => wire(() => shell.listFolder(input.path, signal))),
    createFolder: os.createFolder.handler(({ input }) =>
      wire(async () => ({ path: await shell.createFolder(input.parent, input.name) })),
    ),
    beginUpload: os.beginUpload.handler(({ input }) =>
      wire(async () => ({ upload: await shell.beginUpload(input.totalBytes) })),
    ),
    finishUpload: os.finishUpload.handler(({ input }) =>
      wire(async () => ({ path: await shell.finishUpload(input.upload) })),
    ),
    abortUpload: os.abortUpload.handler(({ input }) => wire(() => shell.abortUpload(input.upload))),
    restartEngine: os.restartEngine.handler(() => wire(() => shell.restartEngine())),
    quit: os.quit.handler(() => wire(() => shell.quit())),
  })
}
