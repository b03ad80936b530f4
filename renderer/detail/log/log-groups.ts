/** Which lines of the event log concern a share, and the groups by which they can be looked at. Pure. Rule [UI50]. */
import type { LogKind } from '../../../shared/contract/log-facts.ts'
import type { LogEntry, SwarmPeer } from '../../../shared/contract/model.ts'

export const LOG_GROUPS = ['peers', 'transfer', 'announcements', 'problems'] as const
export type LogGroup = (typeof LOG_GROUPS)[number]

const GROUP: Readonly<Record<LogKind, LogGroup>> = {
  'peer-joined': 'peers',
  'peer-returned': 'peers',
  'peer-left': 'peers',
  'peer-suspect': 'peers',
  'peer-back': 'peers',
  'peer-gone': 'peers',
  'peer-banned': 'problems',
  'peer-put-out': 'problems',
  'share-added': 'transfer',
  'share-removed': 'transfer',
  'share-paused': 'transfer',
  'share-resumed': 'transfer',
  'manifest-received': 'transfer',
  'download-started': 'transfer',
  'download-resumed': 'transfer',
  'download-complete': 'transfer',
  'selection-complete': 'transfer',
  'chunks-reassigned': 'transfer',
  'chunk-corrupt': 'problems',
  trouble: 'problems',
  'trouble-over': 'problems',
  announced: 'announcements',
  'announce-failed': 'announcements',
}

export function groupOf(kind: LogKind): LogGroup {
  return GROUP[kind]
}

/** Of this share, or of the whole node about a peer of this share. */
export function logOf(
  log: readonly LogEntry[],
  root: string,
  swarm: ReadonlyMap<string, SwarmPeer>,
  group: 'all' | LogGroup,
): LogEntry[] {
  return log.filter((entry) => {
    if (group !== 'all' && groupOf(entry.kind) !== group) return false
    if (entry.root !== undefined) return entry.root === root
    return entry.peer !== undefined && swarm.has(entry.peer)
  })
}
