/**
 * What the event log and troubles tell, as kinds and facts from which a line can be worded in any language: the kind (or
 * the code) and the facts together determine the sentence, and `text` says the same in English. Types and a list of words
 * only; no schema is loaded. The table for people stands in docs/SPEC.md, [FL15] and [FL16].
 *
 * Units: names end in them. `name` is what a peer calls itself, or the words made of its peer id; its id is the entry's
 * `peer`. `detail` is technical and not translated.
 */
import type { Announcement, TroubleCode } from './model.ts'

export const LOG_KINDS = [
  'peer-joined',
  'peer-returned',
  'peer-left',
  'peer-suspect',
  'peer-back',
  'peer-gone',
  'peer-banned',
  'peer-put-out',
  'share-added',
  'share-removed',
  'share-paused',
  'share-resumed',
  'manifest-received',
  'download-started',
  'download-resumed',
  'download-complete',
  'selection-complete',
  'chunks-reassigned',
  'chunk-corrupt',
  'trouble',
  'trouble-over',
  'announced',
  'announce-failed',
] as const
export type LogKind = (typeof LOG_KINDS)[number]

/** Why a peer left. The first eight it said itself. */
export type LeaveReason =
  | 'shutting-down'
  | 'removed' // it removed or paused the share
  | 'unknown-share'
  | 'too-busy'
  | 'banned-us'
  | 'accused-us' // it says that we broke a rule of the protocol
  | 'not-needed' // both have everything
  | 'goodbye' // without a reason, or with an unknown one
  | 'duplicate' // another session with it goes on
  | 'closed-by-us'
  | 'connection-lost'
  | 'broke-rules'

type Completion = {
  files: number
  bytes: number
  /** Since this download last began or was resumed. */
  durationMs: number
  /** That delivered something of it since the engine started. */
  peers: number
}

export type LogFacts = {
  'peer-joined': { name: string }
  'peer-returned': { name: string; awayMs: number }
  'peer-left': { name: string; reason: LeaveReason; detail?: string }
  /** Silent; or heard, but it delivers nothing of what it was asked for. */
  'peer-suspect': { name: string; cause: 'silence' | 'stall' }
  'peer-back': { name: string }
  /** Silent for too long. */
  'peer-gone': { name: string }
  'peer-banned':
    | { name: string; cause: 'wrong-chunks'; chunks: number }
    | { name: string; cause: 'wrong-nodes'; detail: string }
  /** Broke the protocol too often: refused for a while, whatever the share. */
  'peer-put-out': { name: string; forMs: number }
  'share-added': { origin: 'link' | 'path' }
  'share-removed': { withData: boolean }
  'share-paused': Record<never, never>
  'share-resumed': Record<never, never>
  'manifest-received': { files: number; chunks: number; bytes: number }
  /** What is to be fetched. */
  'download-started': { files: number; bytes: number }
  /** What was kept of `chunkCount` chunks; `lost` were recorded and are not there any more. */
  'download-resumed': { chunks: number; chunkCount: number; bytes: number; lost: number }
  'download-complete': Completion
  'selection-complete': Completion
  /** They were asked of `name` and are asked elsewhere, because it left or is in doubt. */
  'chunks-reassigned': { name: string; chunks: number; cause: 'left' | 'suspect' }
  /** The `times`th wrong chunk of this peer; at `limit` it is banned. */
  'chunk-corrupt': { name: string; chunk: number; times: number; limit: number }
  trouble: { [Code in TroubleCode]: { code: Code } & TroubleFacts[Code] }[TroubleCode]
  'trouble-over': { code: TroubleCode }
  announced: { route: Announcement['route']; peers: number }
  'announce-failed': { route: Announcement['route'] }
}

/** Of files shared in place: `path` is relative to the share, '' when it is one file; `others` more are in trouble too. */
type OwnFile = { path: string; others: number }

/** How a file differs from what was hashed. */
export type FileChange =
  | 'not-a-file'
  | 'size'
  | 'other-file'
  | 'written'
  | 'touched'
  | 'too-short'
  | 'content'
  | 'symlink'

export type TroubleFacts = {
  /** `relayed`: so many answer, but only a relay leads to them; absent: none. */
  'no-sources': { known: number; relayed?: number }
  'no-manifest': { peers: number }
  /** Full; not room enough for what is to come; or it is the disk of the profile. */
  'disk-full':
    | { cause: 'full'; path: string; system?: string }
    | { cause: 'room'; path: string; freeBytes: number; neededBytes: number }
    | { cause: 'profile' }
  'destination-missing': {
    cause:
      | 'gone'
      | 'not-a-folder'
      | 'other-drive'
      | 'unfinished-removed' // the unfinished download itself; it is begun again
      | 'unfinished-elsewhere' // and the drive is another one than before
    path: string
    system?: string
  }
  'destination-read-only': { path: string; system?: string }
  'destination-io':
    | {
        cause:
          | 'system'
          | 'foreign' // something else was put in the place of a file of the download
          | 'changed' // a file was changed by something else while it was finished
          | 'damaged' // the unfinished download was changed by something else; what is damaged is fetched again
          | 'cut-short' // likewise
        path: string
        system?: string
      }
    | { cause: 'profile'; detail: string }
    | { cause: 'internal'; detail: string }
  'source-changed': OwnFile & { cause: FileChange; nowBytes?: number; wasBytes?: number }
  'source-missing': OwnFile
  'source-unreadable': OwnFile & { system?: string }
  /** The content breaks a rule (`rule`: a code); or our own record of the share is damaged. */
  'invalid-manifest':
    | { cause: 'broken-rule'; rule: string; detail: string }
    | { cause: 'record-damaged'; origin: 'in-place' | 'fetched' }
  'name-taken': {
    /** All names that would be tried are taken; something else stands where a folder was; others are always faster. */
    cause: 'all-numbers' | 'not-a-folder' | 'contended'
    path: string
  }
}
