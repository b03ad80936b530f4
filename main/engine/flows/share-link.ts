/**
 * The link that a share is handed on with: its root, name and size, and where to find it. Of a share that is all here our
 * own addresses are enough; until then those that it came with stand behind ours, so that a link passed on by somebody
 * who has little yet still leads to those who have all. Which of our addresses may be told is the network's [NE13], what
 * fits is the link's [LI5]. SPEC: [FL10].
 */
import { formatLink, LINK_PEER_LIMIT } from '../content/link.ts'
import type { Share } from './share.ts'

/** Of our own: a machine with many interfaces must leave room for the others. */
const MAX_OWN = 16

export function linkOf(share: Share): string {
  const { row, manifest, context } = share
  const sizeBytes = manifest?.totalBytes ?? row.claimedBytes
  const own = context.ownAddresses().slice(0, MAX_OWN)
  const others = row.origin === 'in-place' || row.complete ? [] : row.linkPeers
  return formatLink({
    root: share.root,
    name: row.name,
    peers: [...own, ...others].slice(0, LINK_PEER_LIMIT),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  })
}
