/**
 * A public node as the internet has thousands, for the tests of network paths: it relays (circuit-relay-v2), answers AutoNAT,
 * and serves the public DHT. No Shoal peer: it speaks no exchange. It reads its task as JSON from argv, says its addresses
 * as one line of JSON, and ends when its stdin does.
 */
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { autoNatService } from '../../../main/engine/network/auto-nat.ts'
import { systemClock } from '../../../main/engine/network/clock.ts'

export interface InfrastructureTask {
  readonly ip: string
  /** Hold places for others, with the limits of the public network: 128 KiB and 2 minutes a connection. */
  readonly relay: boolean
}

const task: InfrastructureTask = JSON.parse(process.argv[2] ?? '{}')
const node = await createLibp2p({
  privateKey: await generateKeyPair('Ed25519'),
  addresses: { listen: ['/ip4/0.0.0.0/tcp/4001'], announce: [`/ip4/${task.ip}/tcp/4001`] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: {
    identify: identify(),
    ping: ping(),
    autoNAT: autoNatService(8192, systemClock),
    dht: kadDHT({ protocol: '/ipfs/kad/1.0.0', clientMode: false, peerInfoMapper: passthroughMapper }),
    ...(task.relay ? { relay: circuitRelayServer() } : {}),
  },
})
process.stdout.write(`${JSON.stringify({ addresses: node.getMultiaddrs().map(String) })}\n`)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
