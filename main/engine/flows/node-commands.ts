/**
 * The commands of the contract that concern the node and not a share: settings, peers, the network around it, its identity.
 * Each is a line to the part that does it.
 */
import type { Ed25519PrivateKey } from '@libp2p/interface'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { exportIdentity, importIdentity } from '../network/identity-transfer.ts'
import { peerIdOf } from './addresses.ts'
import { connectTo } from './connect.ts'
import type { EngineContext } from './context.ts'
import { networkViewOf } from './network-view.ts'
import type { PeerHistory } from './peer-history.ts'
import { peersOf } from './peer-list.ts'
import { rememberNickname } from './peer-memory.ts'
import type { Sample } from './sample.ts'
import type { SettingsKeeper } from './settings.ts'
import type { ShareBook } from './shares.ts'
import type { Traffic } from './traffic.ts'

export interface NodeCommandParts {
  readonly context: EngineContext
  readonly shares: ShareBook
  readonly settings: SettingsKeeper
  readonly history: PeerHistory
  readonly traffic: Traffic
  readonly sample: Sample
  readonly identity: Ed25519PrivateKey
  /** What is told of a peer changed: sooner than the list would be looked at by itself. */
  readonly peersChanged: () => void
}

type NodeCommands = Pick<
  EngineApi,
  | 'peers'
  | 'nickname'
  | 'peerHistory'
  | 'connect'
  | 'network'
  | 'traffic'
  | 'settings'
  | 'changeSettings'
  | 'exportIdentity'
  | 'importIdentity'
  | 'shareSample'
>

export function nodeCommands(parts: NodeCommandParts): NodeCommands {
  const { context, shares, settings, history, traffic, sample } = parts
  return {
    peers: async () => peersOf(context),
    nickname: async ({ peer, nickname }) => {
      setNickname(context, peer, nickname)
      parts.peersChanged()
    },
    peerHistory: async (peer) => history.of(peerIdOf(peer).toString()),
    connect: ({ address }, options) => connectTo(context, address, options?.signal),
    network: async () => networkViewOf(context, shares, context.started.at),
    traffic: async ({ sinceAt }) => traffic.since(sinceAt),
    settings: async () => settings.view(),
    changeSettings: (patch) => settings.change(patch),
    exportIdentity: ({ path }) => exportIdentity(parts.identity, path),
    importIdentity: async ({ path }) => ({ peer: await importIdentity(context.options.profileDir, path) }),
    shareSample: () => sample.share(),
  }
}

function setNickname({ node, store }: EngineContext, peer: string, nickname: string | null): void {
  const id = peerIdOf(peer)
  const key = id.toString()
  if (id.equals(node.peerId))
    throw new ShoalError('BAD_INPUT', 'This is the peer id of this node. Its name is a setting.', { peer })
  if (store.peers.get(key) === undefined && !node.connected(id))
    throw new ShoalError('NOT_FOUND', 'No peer with this id was ever met.', { peer })
  const proper = nickname?.trim() ?? ''
  rememberNickname(store.peers, key, proper === '' ? null : proper, Date.now())
}
