/** Reading the engine from a view. Selectors must return what is in the replica, or a primitive: identity decides redrawing. */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import type { ImportJob, LogEntry, NodeStatus, Peer, ShareSummary, SwarmPeer } from '../../shared/contract/model.ts'
import type { ReplicaState } from '../../shared/contract/replica.ts'
import type { SettingsView } from '../../shared/contract/settings.ts'
import type { Connection, EngineStore } from './engine-store.ts'

export const EngineContext = createContext<EngineStore | undefined>(undefined)

export function useEngineStore(): EngineStore {
  const store = useContext(EngineContext)
  if (store === undefined) throw new Error('EngineContext is missing around this view.')
  return store
}

export function useConnection(): Connection {
  return useStore(useEngineStore().store, (state) => state.connection)
}

/** The commands. Undefined while the engine cannot be reached: what needs it is then disabled. */
export function useApi(): EngineApi | undefined {
  return useStore(useEngineStore().store, (state) => state.api)
}

/** Views inside the frame are drawn only when there is a replica. */
export function useReplica<T>(select: (replica: ReplicaState) => T): T {
  return useStore(useEngineStore().store, (state) => {
    if (state.replica === undefined) throw new Error('A view that needs the engine is drawn before its first snapshot.')
    return select(state.replica)
  })
}

const NO_SWARM: ReadonlyMap<string, SwarmPeer> = new Map()

export const useNode = (): NodeStatus => useReplica((replica) => replica.node)
export const useShares = (): ReadonlyMap<string, ShareSummary> => useReplica((replica) => replica.shares)
export const useShare = (root: string): ShareSummary | undefined => useReplica((replica) => replica.shares.get(root))
export const useJobs = (): ReadonlyMap<string, ImportJob> => useReplica((replica) => replica.jobs)
export const usePeers = (): ReadonlyMap<string, Peer> => useReplica((replica) => replica.peers)
export const useSwarm = (root: string): ReadonlyMap<string, SwarmPeer> =>
  useReplica((replica) => replica.swarm.get(root) ?? NO_SWARM)
export const useLog = (): readonly LogEntry[] => useReplica((replica) => replica.log)
export const useSettings = (): SettingsView => useReplica((replica) => replica.settings)
