/** The node of a profile: built from its identity, its settings and what its store remembers. */
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { buildNode } from '../network/build-node.ts'
import type { ShoalNode } from '../network/shoal-node.ts'
import type { Store } from '../store/store.ts'
import type { Logger } from '../telemetry/logger.ts'
import { CLIENT } from './context.ts'
import type { PeerHistory } from './peer-history.ts'
import { rememberBlock } from './peer-memory.ts'
import type { NetworkSettings } from './settings-values.ts'

const LISTEN_PORT = 'listenPort'

export interface ProfileNodeParts {
  readonly identity: Ed25519PrivateKey
  readonly network: NetworkSettings
  /** On one machine QUIC would only cost its start: there it is used when this says so. */
  readonly localQuic: boolean
  readonly store: Store
  readonly history: PeerHistory
  readonly logger: Logger
}

export function profileNode({
  identity,
  network,
  localQuic,
  store,
  history,
  logger,
}: ProfileNodeParts): Promise<ShoalNode> {
  const { mode, lanDht, internetDht, mdns, quic, portMapping } = network
  const listenPort = network.listenPort === 0 ? savedPort(store) : network.listenPort
  return buildNode({
    identity,
    mode,
    logger,
    agentVersion: CLIENT,
    blocked: store.peers.list().flatMap(({ peer, blocked }) => (blocked === undefined ? [] : [{ peer, ...blocked }])),
    onBlocked: ({ peer, blocked }) => {
      rememberBlock(store.peers, peer, blocked)
      history.blocked(peer, blocked !== undefined)
    },
    lanDht,
    internetDht,
    mdns,
    portMapping,
    quic: mode === 'local' ? localQuic : quic,
    ...(listenPort === undefined ? {} : { listenPort }),
  })
}

/** The port that a node without a chosen one got is used again: links made before hold it. */
export function rememberPort(store: Store, network: NetworkSettings, port: number | undefined): void {
  if (network.listenPort === 0 && port !== undefined && port !== savedPort(store)) store.settings.set(LISTEN_PORT, port)
}

function savedPort(store: Store): number | undefined {
  const saved = store.settings.get(LISTEN_PORT)
  return typeof saved === 'number' ? saved : undefined
}
