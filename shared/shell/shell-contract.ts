/**
 * What the browser's shell asks of the daemon, as an oRPC router that is served beside the engine's contract under
 * `shell`: folders, copies of dropped files, and the daemon's own life. The Electron shell serves none of it.
 * Rules [DA24] [DA25] [DA26].
 */
import type { ContractRouterClient } from '@orpc/contract'
import { z } from 'zod'
import { command, type ShoalContract } from '../contract/contract.ts'
import { MAX_TEXT_LENGTH } from '../contract/limits.ts'
import { FolderListing } from './shell-api.ts'

const path = z.string().min(1).max(MAX_TEXT_LENGTH)
const upload = z.object({ upload: z.string().length(32) })

export const shellContract = {
  listFolder: command.input(z.object({ path: path.exactOptional() })).output(FolderListing),
  createFolder: command
    .input(z.object({ parent: path, name: z.string().min(1).max(255) }))
    .output(z.object({ path: z.string() })),
  /** Makes room for files of so many bytes together; they follow over POST (door.ts). */
  beginUpload: command.input(z.object({ totalBytes: z.number().int().nonnegative() })).output(upload),
  finishUpload: command.input(upload).output(z.object({ path: z.string() })),
  abortUpload: command.input(upload).output(z.void()),
  restartEngine: command.output(z.void()),
  quit: command.output(z.void()),
}

type ShellContract = typeof shellContract

/** A client of everything that a daemon with a window serves. */
export type DaemonClient = ContractRouterClient<ShoalContract & { shell: ShellContract }>
