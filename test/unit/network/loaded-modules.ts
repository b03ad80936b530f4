/**
 * A process that builds and starts one node and tells which of the optional parts it has loaded, for mode-parts.test.ts. A
 * module that `broken` names fails to load, as a native one does where there is no binary for the platform.
 */
import { registerHooks } from 'node:module'

const { mode, broken }: { mode: 'local' | 'lan'; broken?: string } = JSON.parse(process.argv[2] ?? '{}')
const loaded: string[] = []
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === broken) throw new Error(`no binary of ${specifier} for this platform`)
    loaded.push(specifier)
    return next(specifier, context)
  },
})
const { generateKeyPair } = await import('@libp2p/crypto/keys')
const { buildNode } = await import('../../../main/engine/network/build-node.ts')
const { silentLogger } = await import('../../../main/engine/network/logger.ts')
const identity = await generateKeyPair('Ed25519')
const node = await buildNode({ identity, mode, mdns: false, logger: silentLogger })
const own = ['./auto-nat.ts', './hole-punch.ts']
const optional = /^@libp2p\/(websockets|circuit-relay-v2|dcutr|autonat|upnp-nat)$|libp2p-quic$/
const parts = [...new Set(loaded)].filter((name) => optional.test(name) || own.includes(name))
console.log(JSON.stringify({ parts: parts.sort(), quic: node.capabilities.quic }))
process.exit(0)
