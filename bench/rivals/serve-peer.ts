/**
 * The common part of a rival's process: starts the peer, says "ready" with its addresses on stdout, answers calls, and
 * ends when the benchmark is gone. It measures nothing; that is done from outside.
 */
import { type Answer, type Call, READY_PREFIX, type RivalOptions, type RivalPeer } from './peer-messages.ts'

export async function servePeer(open: (options: RivalOptions) => Promise<RivalPeer>): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as RivalOptions
  process.on('disconnect', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
  const peer = await open(options)
  process.on('message', (message) => {
    void answer(peer, message as Call).then((reply) => process.send?.(reply))
  })
  process.stdout.write(`${READY_PREFIX}${JSON.stringify({ addresses: peer.addresses })}\n`)
}

async function answer(peer: RivalPeer, call: Call): Promise<Answer> {
  try {
    return { id: call.id, value: await perform(peer, call) }
  } catch (error) {
    return { id: call.id, error: error instanceof Error ? error.message : String(error) }
  }
}

function perform(peer: RivalPeer, call: Call): unknown {
  switch (call.call) {
    case 'share':
      return peer.share(call.path)
    case 'fetch':
      return peer.fetch(call.request)
    case 'receivedBytes':
      return peer.receivedBytes()
  }
}
