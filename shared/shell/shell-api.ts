/**
 * What the window may ask of the shell it runs in: things of the desktop, not of the engine. There are two shells, the
 * Electron app and the daemon's browser page; what one of them cannot do, its `capabilities` deny, and the window hides it
 * or offers something else. Paths come only from dialogs, drops and the browser of allowed folders.
 */
import { z } from 'zod'

export const ShellCapabilities = z.object({
  kind: z.enum(['electron', 'browser']),
  /** process.platform of the engine's machine. */
  platform: z.string(),
  version: z.string(),
  /** `native`: the system's dialogs. `listing`: folders are listed by the shell within allowed roots. */
  pickPaths: z.enum(['native', 'listing']),
  /** Dropped files: `paths` are shared where they lie; `upload`: they are copied to the engine's machine first. */
  drops: z.enum(['paths', 'upload']),
  /** Show a file in the file manager, open it. */
  reveal: z.boolean(),
  notifications: z.enum(['system', 'web', 'none']),
  startAtLogin: z.boolean(),
  background: z.boolean(),
  updates: z.boolean(),
  /** Whether the engine can be started anew from the window. */
  restartEngine: z.boolean(),
  /** How the identity key is kept: by the system's key store, in a file only its owner reads, or with an obfuscation that protects from nobody. */
  keyProtection: z.enum(['system', 'file', 'obfuscated']),
})
export type ShellCapabilities = z.infer<typeof ShellCapabilities>

export const FolderEntry = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  sizeBytes: z.number().optional(),
  modifiedAt: z.number().optional(),
  hidden: z.boolean(),
})
export type FolderEntry = z.infer<typeof FolderEntry>

/** Entries of one listing; a folder of more says so in `truncated`. */
export const MAX_FOLDER_ENTRIES = 5_000

export const FolderListing = z.object({
  /** Absolute; absent for the list of allowed roots. */
  path: z.string().optional(),
  parent: z.string().optional(),
  separator: z.string(),
  /** Folders first, then by name. Of the roots, `name` is the absolute path. */
  entries: z.array(FolderEntry).max(MAX_FOLDER_ENTRIES),
  truncated: z.boolean(),
  writable: z.boolean(),
})
export type FolderListing = z.infer<typeof FolderListing>

export type UpdateState =
  | { readonly state: 'off' | 'none' | 'checking' }
  | { readonly state: 'downloading'; readonly fraction: number }
  | { readonly state: 'ready'; readonly version: string }
  | { readonly state: 'failed'; readonly reason: string }

/** What the system asked the app to open: deep links, files and folders opened with it or dropped on its icon. */
export interface OpenRequest {
  readonly links: readonly string[]
  readonly paths: readonly string[]
}

export type EngineProcessState =
  | { readonly state: 'running' }
  | { readonly state: 'restarting'; readonly attempt: number; readonly nextTryMs: number }
  | { readonly state: 'failed'; readonly reason: string }

export interface ShellApi {
  readonly capabilities: ShellCapabilities
  /** `native` only; undefined: cancelled. */
  pickPaths(what: 'files' | 'folder' | 'save', title: string): Promise<string[] | undefined>
  /** `listing` only; without a path, the allowed roots. */
  listFolder(path?: string, signal?: AbortSignal): Promise<FolderListing>
  createFolder(parent: string, name: string): Promise<string>
  /** Drops: `paths` only. Files that have no path are left out. */
  pathsOf(files: readonly File[]): string[]
  /** Drops: `upload` only. Copies to the engine's machine; the path of the copy. */
  upload(files: readonly UploadFile[], onProgress: (doneBytes: number) => void, signal: AbortSignal): Promise<string>
  reveal(path: string): Promise<void>
  notify(title: string, body: string): void
  /** 0 to 1, undefined: nothing moves. */
  showProgress(fraction: number | undefined): void
  restartEngine(): Promise<void>
  quit(): Promise<void>
  checkForUpdates(): Promise<void>
  installUpdate(): Promise<void>
  /** Each returns what ends the listening. What came before anybody listened is delivered at once. */
  onOpen(listener: (request: OpenRequest) => void): () => void
  onEngineProcess(listener: (state: EngineProcessState) => void): () => void
  onUpdate(listener: (state: UpdateState) => void): () => void
}

export interface UploadFile {
  /** Relative, with `/`; of a folder that was dropped it begins with the folder's name. */
  readonly path: string
  readonly file: File
}
