/** What is known of how this node can be reached from outside, asked for now and then while a view shows it. */
import type { NetworkView } from '../../shared/contract/network-view.ts'
import { useApi, useReplica } from '../engine/hooks.ts'
import { usePolled } from '../engine/use-polled.ts'

/** It changes within minutes, if ever. */
const ASK_EVERY_MS = 5_000

/** Undefined: not asked yet, not to be had, or of no interest because the node does not use the internet. */
export function useNat(): NetworkView['nat'] | undefined {
  // What an engine said that does not answer any more is not repeated.
  const isOnline = useApi() !== undefined
  const isInternet = useReplica((replica) => replica.node.network === 'internet')
  const polled = usePolled(
    isOnline && isInternet ? 'nat' : undefined,
    ASK_EVERY_MS,
    async (api) => (await api.network()).nat,
  )
  return polled.state === 'ready' ? polled.value : undefined
}
