/** What is known of how this node can be reached from outside, asked for now and then while a view shows it. */
import { useEffect, useState } from 'react'
import type { NetworkView } from '../../shared/contract/network-view.ts'
import { useApi, useReplica } from '../engine/hooks.ts'

/** It changes within minutes, if ever. */
const ASK_EVERY_MS = 5_000

/** Undefined: not asked yet, not to be had, or of no interest because the node does not use the internet. */
export function useNat(): NetworkView['nat'] | undefined {
  const api = useApi()
  const isInternet = useReplica((replica) => replica.node.network === 'internet')
  const [nat, setNat] = useState<NetworkView['nat']>()
  useEffect(() => {
    if (api === undefined || !isInternet) {
      setNat(undefined)
      return
    }
    let isCurrent = true
    const ask = () => {
      if (document.hidden) return
      api.network().then(
        (view) => isCurrent && setNat(view.nat),
        () => isCurrent && setNat(undefined),
      )
    }
    ask()
    const timer = setInterval(ask, ASK_EVERY_MS)
    return () => {
      isCurrent = false
      clearInterval(timer)
    }
  }, [api, isInternet])
  return nat
}
