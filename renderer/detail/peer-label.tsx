/** A peer's name, with the colour and pattern that it has in the pictures of this share. */
import { NetworkText } from '../design/network-text.tsx'
import { useReplica } from '../engine/hooks.ts'
import { type Look, supplierLook } from '../model/chunk-ink.ts'
import type { PeerLooks } from '../model/peer-color.ts'
import { peerName } from '../model/peer-name.ts'
import css from './detail.module.css'
import { Swatch } from './swatch.tsx'

export function usePeerName(peer: string): string {
  return useReplica((replica) => peerName(replica.peers.get(peer) ?? { peer }))
}

export function PeerLabel({ peer, looks }: { peer: string; looks?: PeerLooks }) {
  const name = usePeerName(peer)
  const look: Look | undefined = looks === undefined ? undefined : supplierLook(looks.numberOf(peer))
  return (
    <span className={css.peerLabel}>
      {look === undefined ? null : <Swatch look={look} />}
      <NetworkText text={name} clip />
    </span>
  )
}
