/**
 * How a share stands, decided from its summary: one word of a closed set, with what its sentence needs. Nothing is called
 * downloading before bytes arrive, nor reachable because it is wanted. Pure; the words are in share-state-text.ts.
 * Rules [UI25] [UI26] [UI86].
 */
import type { ShareSummary, TroubleCode } from '../../shared/contract/model.ts'
import type { Tone } from '../design/parts.tsx'

export type ShareStanding =
  /** What it contains is not known yet. */
  | { readonly word: 'resolving'; readonly peers: number }
  /** Waits for the user to start it. */
  | { readonly word: 'ready' }
  /** Bytes arrive. */
  | { readonly word: 'downloading'; readonly peers: number }
  /** Wanted, and nobody who has it is connected. */
  | { readonly word: 'searching' }
  /** Wanted, somebody is connected, and nothing arrives. */
  | { readonly word: 'waiting'; readonly peers: number }
  | { readonly word: 'paused'; readonly isWhole: boolean }
  | { readonly word: 'finishing' }
  | { readonly word: 'sharing'; readonly peers: number }
  /** Nobody stopped it and it does not do what it should. It goes on by itself when the cause is gone. */
  | { readonly word: 'trouble'; readonly code: TroubleCode }
  /** It ended and does not try again by itself. */
  | { readonly word: 'failed'; readonly code: TroubleCode | undefined }

export type ShareWord = ShareStanding['word']

export function standingOf(share: ShareSummary): ShareStanding {
  const { state, trouble, peers } = share
  if (state === 'failed') return { word: 'failed', code: trouble?.code }
  // Before `paused`: the engine clears a trouble when the user pauses; what is paused with one goes on by itself.
  if (trouble !== undefined) return { word: 'trouble', code: trouble.code }
  if (state === 'paused') return { word: 'paused', isWhole: isWhole(share) }
  switch (state) {
    case 'resolving':
      return { word: 'resolving', peers }
    case 'ready':
      return { word: 'ready' }
    case 'downloading':
      if (peers === 0) return { word: 'searching' }
      return share.downBytesPerSecond > 0 ? { word: 'downloading', peers } : { word: 'waiting', peers }
    case 'finishing':
      return { word: 'finishing' }
    case 'seeding':
      return { word: 'sharing', peers }
  }
}

/** By the user, and not by a trouble. */
export const isPausedByUser = ({ state, trouble }: ShareSummary): boolean => state === 'paused' && trouble === undefined

/** Everything that was wanted is here, verified, under its name. */
export function isWhole(share: ShareSummary): boolean {
  return share.origin === 'in-place' || share.state === 'seeding' || share.finishedAt !== undefined
}

/** Of what was wanted; undefined until that is known. */
export function progressOf(share: ShareSummary): number | undefined {
  // Files that changed or went away under a share are no longer here.
  if (share.trouble?.code.startsWith('source-') === true && share.totalBytes !== undefined && share.totalBytes > 0)
    return Math.min(share.haveBytes / share.totalBytes, 1)
  if (isWhole(share)) return 1
  const { wantedBytes, haveBytes } = share
  if (wantedBytes === undefined) return undefined
  // A chunk may span the end of a selected file and the beginning of another: there may be more than was wanted.
  return wantedBytes === 0 ? 1 : Math.min(haveBytes / wantedBytes, 1)
}

/** Reachable copies of the rarest chunk, ours included; undefined while nobody is asked what they have. */
export function copiesOf({ state, availability }: ShareSummary): number | undefined {
  return state === 'downloading' || state === 'finishing' || state === 'seeding' ? availability : undefined
}

const TONES: Readonly<Record<ShareWord, Tone>> = {
  resolving: 'info',
  ready: 'accent',
  downloading: 'info',
  searching: 'neutral',
  waiting: 'neutral',
  paused: 'neutral',
  finishing: 'info',
  sharing: 'ok',
  trouble: 'warning',
  failed: 'danger',
}

export function toneOf(standing: ShareStanding): Tone {
  return TONES[standing.word]
}

/** The same for as long as word and reason stay the same: for those who draw them only then. */
export function standingKey(share: ShareSummary): string {
  const { state, peers, trouble } = share
  const { word } = standingOf(share)
  return `${word} ${state} ${peers} ${isWhole(share)} ${trouble === undefined ? '' : JSON.stringify(trouble)}`
}

/** What needs somebody's eye first, for a table sorted by state. */
const RANK: readonly ShareWord[] = [
  'failed',
  'trouble',
  'ready',
  'downloading',
  'waiting',
  'searching',
  'resolving',
  'finishing',
  'paused',
  'sharing',
]

export function rankOf(share: ShareSummary): number {
  return RANK.indexOf(standingOf(share).word)
}
