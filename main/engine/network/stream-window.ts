/**
 * A larger receive window for a stream that will carry a transfer, from its first byte.
 *
 * Yamux streams begin with 256 KiB, which both ends must assume, and the library doubles that only when a window passes
 * within four round trips, as measured by a ping while the connection was idle. Between busy processes the true round
 * trip is ten times that: such a stream never grows and stays at 256 KiB per event-loop turn of two processes. (Of four
 * equal sources one was stuck at 2 MB/s while the others moved 100.) Granting the window at once is an ordinary
 * window update on the wire. It touches the library's private fields and does nothing where they are not as expected.
 */
import type { Stream } from '@libp2p/interface'

/** Fills a path of 100 MB/s with 40 ms; what is consumed on arrival needs no more memory for it. */
export const TRANSFER_WINDOW_BYTES = 4 * 1024 * 1024

export function widenReceiveWindow(stream: Stream, bytes = TRANSFER_WINDOW_BYTES): boolean {
  const window: unknown = Reflect.get(stream, 'recvWindow')
  const update: unknown = Reflect.get(stream, 'sendWindowUpdate')
  if (typeof window !== 'number' || typeof update !== 'function' || window >= bytes) return false
  Reflect.set(stream, 'recvWindow', bytes)
  Reflect.apply(update, stream, [])
  return true
}
