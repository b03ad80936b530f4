/**
 * Every line of the event log: kind, facts and the English sentence, made in one place so that the three say the same.
 * Pure. When a line is due is decided where the thing happens. SPEC: [FL15].
 */
import type { LeaveReason, LogFacts, LogKind } from '../../../shared/contract/log-facts.ts'
import type { LogEntry, Trouble } from '../../../shared/contract/model.ts'
import { formatBytes } from '../../../shared/format/bytes.ts'
import { formatDuration } from '../../../shared/format/time.ts'

export type Line = Pick<LogEntry, 'kind' | 'text'> & { readonly facts: NonNullable<LogEntry['facts']> }

function line<K extends Exclude<LogKind, 'trouble'>>(kind: K, facts: LogFacts[K], text: string): Line {
  return { kind, text, facts: { ...facts } }
}

const count = (number: number, one: string, many = `${one}s`) => (number === 1 ? `1 ${one}` : `${number} ${many}`)

export const peerJoined = (name: string) => line('peer-joined', { name }, `${name} joined.`)

export const peerReturned = (name: string, awayMs: number) =>
  line('peer-returned', { name, awayMs }, `${name} is here again after ${formatDuration(awayMs)}.`)

const LEFT: Record<LeaveReason, string> = {
  'shutting-down': 'it is shutting down.',
  removed: 'it has removed or paused the share.',
  'unknown-share': 'it does not have the share.',
  'too-busy': 'it has no room for more peers.',
  'banned-us': 'it does not want to exchange this share with us.',
  'accused-us': 'it says that we broke a rule of the protocol.',
  'not-needed': 'both have everything.',
  goodbye: 'it said goodbye.',
  duplicate: 'another session with it goes on.',
  'closed-by-us': 'we ended it.',
  'connection-lost': 'the connection was lost',
  'broke-rules': 'it broke a rule of the protocol',
}

export function peerLeft(name: string, reason: LeaveReason, detail?: string): Line {
  const because = detail === undefined ? LEFT[reason] : `${LEFT[reason].replace(/\.$/, '')} (${detail}).`
  const end = because.endsWith('.') ? '' : '.'
  const facts = detail === undefined ? { name, reason } : { name, reason, detail }
  return line('peer-left', facts, `${name} left: ${because}${end}`)
}

export const peerSuspect = (name: string, cause: 'silence' | 'stall') =>
  line(
    'peer-suspect',
    { name, cause },
    cause === 'silence'
      ? `${name} says nothing; it is suspected to be gone.`
      : `${name} answers, but delivers nothing of what it was asked for; it is asked for no more until it does.`,
  )

export const peerBack = (name: string) => line('peer-back', { name }, `${name} is back.`)

export const peerGone = (name: string) =>
  line('peer-gone', { name }, `${name} said nothing for too long; it is taken as gone.`)

export const peerBanned = (facts: LogFacts['peer-banned']) =>
  line(
    'peer-banned',
    facts,
    facts.cause === 'wrong-chunks'
      ? `${facts.name} is banned from this share: it delivered ${count(facts.chunks, 'chunk')} with wrong bytes.`
      : `${facts.name} is banned from this share: it delivered wrong DAG nodes (${facts.detail}).`,
  )

export const peerPutOut = (name: string, forMs: number) =>
  line(
    'peer-put-out',
    { name, forMs },
    `${name} broke the protocol too often and is refused for ${formatDuration(forMs)}.`,
  )

export const shareAdded = (origin: 'link' | 'path') =>
  line('share-added', { origin }, origin === 'link' ? 'A link was opened.' : 'A path was shared.')

export const shareRemoved = (withData: boolean) =>
  line('share-removed', { withData }, withData ? 'Removed, with what was downloaded.' : 'Removed from the list.')

export const sharePaused = () => line('share-paused', {}, 'Paused.')

export const shareResumed = () => line('share-resumed', {}, 'Resumed.')

export const manifestReceived = (facts: LogFacts['manifest-received']) =>
  line(
    'manifest-received',
    facts,
    `What the share contains is known and valid: ${count(facts.files, 'file')}, ${formatBytes(facts.bytes)}.`,
  )

export const downloadStarted = (facts: LogFacts['download-started']) =>
  line('download-started', facts, `Fetching ${count(facts.files, 'file')}, ${formatBytes(facts.bytes)}.`)

export function downloadResumed(facts: LogFacts['download-resumed']): Line {
  const kept = `Goes on with ${facts.chunks} of ${count(facts.chunkCount, 'chunk')} (${formatBytes(facts.bytes)}) kept`
  const lost = facts.lost === 0 ? '' : `; ${count(facts.lost, 'chunk')} that had been written is not there any more`
  return line('download-resumed', facts, `${kept}${facts.lost > 1 ? lost.replace('is not', 'are not') : lost}.`)
}

export function downloadComplete(all: boolean, facts: LogFacts['download-complete']): Line {
  const what = all ? 'Everything is here and verified' : 'All selected files are here and verified'
  const from = facts.peers === 0 ? '' : ` from ${count(facts.peers, 'peer')}`
  const text = `${what}: ${formatBytes(facts.bytes)} in ${formatDuration(facts.durationMs)}${from}.`
  return line(all ? 'download-complete' : 'selection-complete', facts, text)
}

export const chunksReassigned = (facts: LogFacts['chunks-reassigned']) =>
  line(
    'chunks-reassigned',
    facts,
    `${count(facts.chunks, 'chunk')} asked of ${facts.name} ${facts.cause === 'suspect' ? 'may be' : facts.chunks === 1 ? 'is' : 'are'} asked elsewhere.`,
  )

export const chunkCorrupt = (facts: LogFacts['chunk-corrupt']) =>
  line(
    'chunk-corrupt',
    facts,
    `Chunk ${facts.chunk} came from ${facts.name} with wrong bytes and was thrown away (${facts.times} of ${facts.limit} before a ban).`,
  )

export const troubleBegan = ({ code, message, facts }: Trouble): Line => ({
  kind: 'trouble',
  text: message,
  facts: { code, ...facts },
})

export const troubleOver = (code: Trouble['code']) => line('trouble-over', { code }, 'The trouble is over.')

const DHT: Record<LogFacts['announced']['route'], string> = { 'lan-dht': 'the LAN', 'internet-dht': 'the internet' }

export const announced = (facts: LogFacts['announced']) =>
  line(
    'announced',
    facts,
    `Announced on ${DHT[facts.route]} to ${facts.peers === 1 ? 'one peer' : `${facts.peers} peers`}.`,
  )

export const announceFailed = (route: LogFacts['announced']['route']) =>
  line('announce-failed', { route }, `No peer on ${DHT[route]} took the announcement. It is tried again.`)
