/**
 * How many connections there are: by direction, stranger or known, address and peer; and how many came from an address
 * within the last second; and handshakes in progress by address. Counts only; who is refused is admission.ts's decision.
 * Fed from the node's open and close events, and by the gater when it lets a socket begin its handshake.
 */
import type { Slots } from './admission.ts'
import { MAX_TRACKED_IPS } from './limits.ts'

export interface CountedConnection {
  readonly id: string
  readonly peer: string
  readonly direction: 'inbound' | 'outbound'
  /** ipKey of the remote address; undefined for relayed connections and names. */
  readonly ipKey: string | undefined
}

const WINDOW_MS = 1000

export class ConnectionCounts {
  // Bounded by the connection limits.
  private readonly open = new Map<string, CountedConnection>()
  /** Arrivals of the last second by address; at most MAX_TRACKED_IPS addresses, and per address as many as are let in. */
  private readonly arrivals = new Map<string, { windowStart: number; count: number }>()

  /** Handshakes in progress: socket -> its ipKey. Bounded by `maxPendingInbound`. */
  private readonly handshakes = new Map<string, string>()

  opened(connection: CountedConnection): void {
    this.open.set(connection.id, connection)
  }

  closed(id: string): void {
    this.open.delete(id)
  }

  /** Counts one more arrival and says how many there were in this one's second. */
  arrived(ipKey: string, now: number): number {
    const entry = this.arrivals.get(ipKey)
    if (entry !== undefined && now >= entry.windowStart && now - entry.windowStart < WINDOW_MS) {
      entry.count++
      return entry.count
    }
    this.arrivals.delete(ipKey)
    if (this.arrivals.size >= MAX_TRACKED_IPS) {
      const oldest = this.arrivals.keys().next().value
      if (oldest !== undefined) this.arrivals.delete(oldest)
    }
    this.arrivals.set(ipKey, { windowStart: now, count: 1 })
    return 1
  }

  /** A socket was let in; its handshake begins. */
  handshakeBegan(socket: string, ipKey: string): void {
    this.handshakes.set(socket, ipKey)
  }

  /** It became a connection, or nothing. */
  handshakeEnded(socket: string): void {
    this.handshakes.delete(socket)
  }

  pendingFromIp(ipKey: string): number {
    let count = 0
    for (const key of this.handshakes.values()) if (key === ipKey) count++
    return count
  }

  fromIp(ipKey: string): number {
    let count = 0
    for (const connection of this.open.values()) {
      if (connection.direction === 'inbound' && connection.ipKey === ipKey) count++
    }
    return count
  }

  withPeer(peer: string): number {
    let count = 0
    for (const connection of this.open.values()) if (connection.peer === peer) count++
    return count
  }

  slots(isKnown: (peer: string) => boolean): Slots {
    const slots = { inbound: 0, inboundStrangers: 0, outbound: 0, outboundStrangers: 0 }
    for (const connection of this.open.values()) {
      const stranger = isKnown(connection.peer) ? 0 : 1
      if (connection.direction === 'inbound') {
        slots.inbound++
        slots.inboundStrangers += stranger
      } else {
        slots.outbound++
        slots.outboundStrangers += stranger
      }
    }
    return slots
  }
}
