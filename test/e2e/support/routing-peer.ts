/**
 * A process of one or more real nodes with routing, for routing.test.ts: reads its task as JSON from argv, says what
 * happens as one JSON object per line, ends when its stdin does. It speaks no exchange: only finding is tested here.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { CID } from 'multiformats/cid'
import { buildNode } from '../../../main/engine/network/build-node.ts'
import { silentLogger } from '../../../main/engine/network/logger.ts'
import { EXCHANGE_PROTOCOL } from '../../../main/engine/network/protocols.ts'
import { Routing } from '../../../main/engine/routing/routing.ts'
import type { NetworkMode } from '../../../shared/contract/model.ts'

export interface Task {
  readonly mode: NetworkMode
  readonly nodes: number
  readonly bootstrap: readonly string[]
  readonly lanDht: boolean
  readonly announce?: string
  readonly find?: string
}

export type Said =
  | { readonly said: 'ready'; readonly peer: string; readonly addresses: readonly string[] }
  | { readonly said: 'announced'; readonly peers: number }
  | { readonly said: 'found'; readonly peer: string; readonly route: string; readonly addresses: number }

function say(what: Said): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

const task: Task = JSON.parse(process.argv[2] ?? '{}')

for (let index = 0; index < task.nodes; index++) {
  const node = await buildNode({
    identity: await generateKeyPair('Ed25519'),
    mode: task.mode,
    lanDht: task.lanDht,
    logger: silentLogger,
  })
  await node.libp2p.handle(EXCHANGE_PROTOCOL, (stream) => stream.abort(new Error('not in this test')))
  await node.start()
  const routing = new Routing({
    node,
    bootstrap: task.bootstrap,
    load: () => [],
    save: () => {},
    onAnnouncement: (_root, announcements) => {
      for (const { state, peers } of announcements) if (state === 'announced') say({ said: 'announced', peers })
    },
    logger: silentLogger,
  })
  routing.start()
  say({ said: 'ready', peer: node.peerId.toString(), addresses: node.addresses().map(String) })
  if (task.announce !== undefined) routing.reprovider.announce(CID.parse(task.announce))
  if (task.find !== undefined) void find(routing, CID.parse(task.find))
}

async function find(routing: Routing, root: CID): Promise<void> {
  const never = new AbortController().signal
  for await (const { peer, route, addresses } of routing.content.findProviders(root, { signal: never })) {
    say({ said: 'found', peer: peer.toString(), route, addresses: addresses.length })
  }
}

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
