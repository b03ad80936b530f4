/**
 * Options of TCP and yamux that decide throughput and memory per connection. Figures and reasons stand beside them;
 * nothing else in the engine knows these libraries' options.
 */
import type { TCPOptions } from '@libp2p/tcp'

/** Bytes a socket takes before it asks to wait; Node's 64 KiB would stop a sender after each encrypted frame. */
const SOCKET_BUFFERS = { highWaterMark: 1024 * 1024 }

export const tcpTuning: TCPOptions = {
  /** Small frames (want, have, ping) must not wait for Nagle: 40 ms of latency per request otherwise. */
  dialOpts: { noDelay: true, keepAlive: true, ...SOCKET_BUFFERS },
  listenOpts: { noDelay: true, keepAlive: true, ...SOCKET_BUFFERS },
  /** Connections waiting in the kernel for accept(); a flash crowd of a whole class fits. */
  backlog: 256,
}

const KIB = 1024
const MIB = 1024 * KIB

/** The part of yamux's options that we set. Both ends must agree on initialStreamWindowSize. */
export const yamuxTuning = {
  /** Streams of one connection: exchange uses a handful, DHT queries a few dozen. More is somebody playing. */
  maxInboundStreams: 256,
  maxOutboundStreams: 256,
  streamOptions: {
    initialStreamWindowSize: 256 * KIB,
    /** What a paused reader may be sent; the read buffer must be larger, or pause() resets the stream. */
    maxStreamWindowSize: 8 * MIB,
    maxReadBufferLength: 12 * MIB,
  },
}
