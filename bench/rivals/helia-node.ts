/**
 * Building the Helia node of helia-peer.ts, and the little of its API that is used here. The packages are named by
 * variables and described by hand: they are installed only for `--rivals`, and are no dependency of ours.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Cid {
  readonly code: number
  toString(): string
}

export interface Entry {
  readonly name: string
  readonly cid: Cid
}

export interface UnixFs {
  addByteStream(bytes: AsyncIterable<Uint8Array>): Promise<Cid>
  addAll(source: unknown, options: { wrapWithDirectory: boolean }): AsyncIterable<Entry>
  stat(cid: Cid): Promise<{ type: string }>
  ls(cid: Cid): AsyncIterable<Entry>
  cat(cid: Cid): AsyncIterable<Uint8Array>
}

interface Multiaddr {
  getComponents(): { name: string; value?: string }[]
}

interface Libp2p {
  readonly peerId: { toString(): string }
  getMultiaddrs(): { toString(): string }[]
  dial(address: Multiaddr): Promise<{ remotePeer: unknown }>
  readonly peerStore: { merge(peer: unknown, data: object): Promise<unknown> }
}

interface Helia {
  readonly libp2p: Libp2p
  start(): Promise<Helia>
}

type Make = (options?: object) => unknown
const from = async <T>(name: string): Promise<T> => (await import(name)) as T

export const load = {
  unixfs: () =>
    from<{ unixfs: (helia: Helia) => UnixFs; globSource: (path: string, pattern: string) => unknown }>('@helia/unixfs'),
  cid: () => from<{ CID: { parse(text: string): Cid } }>('multiformats/cid'),
}

export interface Node {
  readonly fs: UnixFs
  readonly port: number
  readonly peerId: string
  readonly libp2p: Libp2p
  readonly cid: Cid
}

export async function startNode({ dir, port, persistent }: { dir: string; port: number; persistent: boolean }) {
  const [{ createHeliaLight }, { withBitswap }, { withLibp2pLight }] = await Promise.all([
    from<{ createHeliaLight: (init: object) => Helia }>('helia'),
    from<{ withBitswap: (helia: Helia) => Helia }>('@helia/bitswap'),
    from<{ withLibp2pLight: (helia: Helia, init: object) => Helia }>('@helia/libp2p'),
  ])
  const [{ tcp }, { noise }, { yamux }, { identify }, { unixfs }] = await Promise.all([
    from<{ tcp: Make }>('@libp2p/tcp'),
    from<{ noise: Make }>('@libp2p/noise'),
    from<{ yamux: Make }>('@libp2p/yamux'),
    from<{ identify: Make }>('@libp2p/identify'),
    load.unixfs(),
  ])
  const blockstore = persistent ? await fileBlockstore(join(dir, 'blocks')) : undefined
  const light = createHeliaLight(blockstore === undefined ? {} : { blockstore })
  const helia = withBitswap(
    withLibp2pLight(light, {
      privateKey: await identity(join(dir, 'key')),
      addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}`] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
      // All peers of a benchmark have one address; the default allows five a second from it.
      connectionManager: { inboundConnectionThreshold: 1_000 },
    }),
  )
  await helia.start()
  const { libp2p } = helia
  const listening = libp2p.getMultiaddrs()[0]?.toString().split('/')
  return { fs: unixfs(helia), libp2p, port: Number(listening?.[4]), peerId: libp2p.peerId.toString() }
}

/** Dials, and asks libp2p to dial again by itself when the connection is lost. */
export async function connectTo(node: { libp2p: Libp2p }, addresses: readonly string[]): Promise<void> {
  const { multiaddr } = await from<{ multiaddr: (text: string) => Multiaddr }>('@multiformats/multiaddr')
  await Promise.all(
    addresses.map(async (address) => {
      const { remotePeer } = await node.libp2p.dial(multiaddr(address))
      await node.libp2p.peerStore.merge(remotePeer, {
        multiaddrs: [multiaddr(address)],
        tags: { 'keep-alive-bench': {} },
      })
    }),
  )
}

async function fileBlockstore(path: string): Promise<object> {
  const { FsBlockstore } = await from<{ FsBlockstore: new (path: string) => { open(): Promise<void> } }>(
    'blockstore-fs',
  )
  const store = new FsBlockstore(path)
  await store.open()
  return store
}

async function identity(path: string): Promise<unknown> {
  const keys = await from<{
    generateKeyPair(type: string): Promise<unknown>
    privateKeyToProtobuf(key: unknown): Uint8Array
    privateKeyFromProtobuf(bytes: Uint8Array): unknown
  }>('@libp2p/crypto/keys')
  if (existsSync(path)) return keys.privateKeyFromProtobuf(readFileSync(path))
  const key = await keys.generateKeyPair('Ed25519')
  writeFileSync(path, keys.privateKeyToProtobuf(key), { mode: 0o600 })
  return key
}
