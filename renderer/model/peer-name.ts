/**
 * What a peer is called on screen: what the user calls it, what it calls itself, or the end of its peer id. It may call
 * itself anything, and not every place that names it is drawn as text: what cannot be seen is shown as such. Rule [UI83].
 */
import { visible } from '../../shared/format/visible.ts'

/** Characters of a peer id that tell two apart at a glance; ids of one kind begin alike. */
const SHORT_ID_LENGTH = 8

interface Named {
  readonly peer: string
  readonly name?: string | undefined
  readonly nickname?: string | undefined
}

export function peerName(peer: Named): string {
  return visible(peer.nickname ?? peer.name ?? shortId(peer.peer))
}

function shortId(peer: string): string {
  return peer.length <= SHORT_ID_LENGTH ? peer : `…${peer.slice(-SHORT_ID_LENGTH)}`
}
