/**
 * Bytes that the transports carried: payload, protocols, encryption, handshakes that failed, everything. Nothing is counted
 * on the way of the data: sockets and QUIC count for themselves, and their counters are read when somebody asks and when the
 * connection ends. What has no such counter (an unknown transport) is counted as it passes. Relayed connections are inside
 * of others and are not counted again. IP and TCP headers are not counted, nor what leaves by multicast.
 *
 * It looks at what libraries keep private (the socket of a TCP or WebSocket connection, QUIC's native connection); a version
 * that differs is counted as it passes, and test/unit/network/wire-bytes.test.ts says so.
 * SPEC: [NE92].
 */
import type { MultiaddrConnection, StreamMuxerFactory, Transport, Upgrader } from '@libp2p/interface'

export interface WireBytes {
  readonly received: number
  readonly sent: number
}

type Read = () => WireBytes

export class WireCounters {
  /** Connections and handshakes in progress: bounded by the gater's limits. */
  private readonly open = new Map<MultiaddrConnection, { read: Read; seen: WireBytes }>()
  private gone: WireBytes = { received: 0, sent: 0 }

  /** Since the start; never falls. */
  now(): WireBytes {
    let { received, sent } = this.gone
    for (const watched of this.open.values()) {
      const seen = look(watched)
      received += seen.received
      sent += seen.sent
    }
    return { received, sent }
  }

  watch(connection: MultiaddrConnection, read: Read): void {
    const watched = { read, seen: { received: 0, sent: 0 } }
    this.open.set(connection, watched)
    const ended = () => {
      if (this.open.get(connection) !== watched) return
      this.open.delete(connection)
      const { received, sent } = look(watched)
      this.gone = { received: this.gone.received + received, sent: this.gone.sent + sent }
    }
    if (connection.status === 'closed' || connection.status === 'aborted' || connection.status === 'reset') ended()
    else connection.addEventListener('close', ended, { once: true })
  }
}

/** A closed socket may answer less than before, or nothing. */
function look(watched: { read: Read; seen: WireBytes }): WireBytes {
  try {
    const { received, sent } = watched.read()
    watched.seen = { received: atLeast(watched.seen.received, received), sent: atLeast(watched.seen.sent, sent) }
  } catch {
    // The last reading stands.
  }
  return watched.seen
}

function atLeast(before: number, now: number): number {
  return Number.isFinite(now) ? Math.max(before, now) : before
}

/** The same transport, whose connections are counted. */
export function counted<C>(create: (components: C) => Transport, counters: WireCounters): (components: C) => Transport {
  return (components) => {
    const transport = create(components)
    const dial = transport.dial.bind(transport)
    const createListener = transport.createListener.bind(transport)
    transport.dial = (address, options) =>
      dial(address, { ...options, upgrader: countingUpgrader(options.upgrader, counters) })
    transport.createListener = (options) =>
      createListener({ ...options, upgrader: countingUpgrader(options.upgrader, counters) })
    return transport
  }
}

function countingUpgrader(upgrader: Upgrader, counters: WireCounters): Upgrader {
  return new Proxy(upgrader, {
    get(target, name) {
      if (name === 'upgradeInbound')
        return (connection: MultiaddrConnection, options: UpgradeOptions) =>
          // The options are what they were, with a muxer that is listened to: what the target takes.
          target.upgradeInbound(connection, watched(connection, options, counters) as never)
      if (name === 'upgradeOutbound')
        return (connection: MultiaddrConnection, options: UpgradeOptions) =>
          target.upgradeOutbound(connection, watched(connection, options, counters) as never)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

interface UpgradeOptions {
  readonly muxerFactory?: StreamMuxerFactory
}

function watched(connection: MultiaddrConnection, options: UpgradeOptions, counters: WireCounters): UpgradeOptions {
  const { muxerFactory } = options
  // A transport with its own muxer carries bytes past the connection: the muxer knows the native one.
  if (muxerFactory !== undefined) return { ...options, muxerFactory: quicMuxers(muxerFactory, connection, counters) }
  counters.watch(connection, socketReader(connection) ?? passingReader(connection))
  return options
}

interface Socket {
  readonly bytesRead: number
  readonly bytesWritten: number
}

/** TCP keeps its socket under `socket`, WebSockets (`ws`) under `websocket._socket`. */
function socketReader(connection: MultiaddrConnection): Read | undefined {
  const websocket: unknown = Reflect.get(connection, 'websocket')
  const socket: unknown =
    typeof websocket === 'object' && websocket !== null
      ? Reflect.get(websocket, '_socket')
      : Reflect.get(connection, 'socket')
  if (!isSocket(socket)) return undefined
  return () => ({ received: socket.bytesRead, sent: socket.bytesWritten })
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'bytesRead' in value && 'bytesWritten' in value
}

/** Counts what is handed over and what arrives. */
function passingReader(connection: MultiaddrConnection): Read {
  let received = 0
  let sent = 0
  connection.addEventListener('message', ({ data }) => {
    received += data.byteLength
  })
  const send = connection.send.bind(connection)
  connection.send = (data) => {
    sent += data.byteLength
    return send(data)
  }
  return () => ({ received, sent })
}

/** QUIC's own count of its UDP payloads: acknowledgements and repetitions included. */
function quicMuxers(factory: StreamMuxerFactory, of: MultiaddrConnection, counters: WireCounters): StreamMuxerFactory {
  return {
    protocol: factory.protocol,
    createStreamMuxer(stream) {
      const muxer = factory.createStreamMuxer(stream)
      const init: unknown = Reflect.get(muxer, 'init')
      const native: unknown = typeof init === 'object' && init !== null ? Reflect.get(init, 'connection') : undefined
      if (hasStats(native)) {
        counters.watch(of, () => {
          const stats = native.stats()
          return { received: Number(stats.udpRxBytes), sent: Number(stats.udpTxBytes) }
        })
      }
      return muxer
    },
  }
}

interface QuicStats {
  readonly udpRxBytes: bigint | number
  readonly udpTxBytes: bigint | number
}

function hasStats(value: unknown): value is { stats(): QuicStats } {
  return typeof value === 'object' && value !== null && 'stats' in value && typeof value.stats === 'function'
}
