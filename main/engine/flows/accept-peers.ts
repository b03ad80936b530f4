/** Peers that open an exchange with us: the first frame says which share; the rest is that share's. */
import type { Connection, Stream } from '@libp2p/interface'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { MAX_CID_BYTES, MAX_INBOUND_STREAMS, MAX_OUTBOUND_STREAMS, OPEN_TIMEOUT_MS } from '../exchange/limits.ts'
import { StreamLink } from '../exchange/stream-link.ts'
import { EXCHANGE_PROTOCOL } from '../network/protocols.ts'
import { widenReceiveWindow } from '../network/stream-window.ts'
import type { EngineContext } from './context.ts'
import type { Share } from './share.ts'

/** `find`: the share with this binary root CID, if it is open to others. */
export async function acceptPeers(
  context: EngineContext,
  find: (root: Uint8Array) => Share | undefined,
): Promise<void> {
  const onStream = (stream: Stream, connection: Connection) => {
    const peer = connection.remotePeer.toString()
    widenReceiveWindow(stream)
    const link = new StreamLink(stream, peer, false, context.clock, () => context.breached(peer))
    const cancel = context.clock.after(OPEN_TIMEOUT_MS, () => link.close(GoodbyeCode.PROTOCOL_ERROR, 'no Open came'))
    link.listen({
      onFrame(frame) {
        cancel()
        const root = frame.open?.root
        if (root === undefined || root.byteLength > MAX_CID_BYTES)
          return link.close(GoodbyeCode.PROTOCOL_ERROR, 'the first frame was not a proper Open')
        const share = find(root)
        if (share === undefined) return link.close(GoodbyeCode.UNKNOWN_SHARE, 'no such share here')
        share.exchange.attach(link, frame)
      },
      onPayload() {},
      onEnd: cancel,
    })
  }
  await context.node.libp2p.handle(EXCHANGE_PROTOCOL, onStream, {
    maxInboundStreams: MAX_INBOUND_STREAMS,
    maxOutboundStreams: MAX_OUTBOUND_STREAMS,
  })
}
