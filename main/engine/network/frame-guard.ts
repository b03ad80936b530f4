/**
 * A limit for the library's own request streams: kad-dht reads length-prefixed messages without a size limit and the
 * stream underneath buffers 4 MiB, for each of the streams a stranger may open. Here the bytes of a stream are a token
 * bucket; whoever pours more is cut off (SPEC [NE26]). It does not parse: an honest DHT message has at most a few KiB.
 */
import type { Stream, StreamHandler } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'

/** Bytes left after `elapsedMs` more milliseconds, never above the burst. */
export function refill(left: number, elapsedMs: number, burstBytes: number, bytesPerSecond: number): number {
  return Math.min(burstBytes, left + (Math.max(0, elapsedMs) * bytesPerSecond) / 1000)
}

export interface FrameLimits {
  readonly burstBytes: number
  readonly bytesPerSecond: number
  readonly now: () => number
  readonly onCut?: (protocol: string) => void
}

function guard(stream: Stream, limits: FrameLimits): void {
  let left = limits.burstBytes
  let at = limits.now()
  stream.addEventListener('message', (event) => {
    const now = limits.now()
    left = refill(left, now - at, limits.burstBytes, limits.bytesPerSecond) - event.data.byteLength
    at = now
    if (left >= 0 || stream.status !== 'open') return
    limits.onCut?.(stream.protocol)
    stream.abort(new Error(`more than ${limits.burstBytes} bytes at once`))
  })
}

/**
 * A registrar that guards the handlers registered through it and passes everything else on. (libp2p's own middleware is
 * no way to do this: it appends the handler to the registered list on every stream.)
 */
export function guardedRegistrar(registrar: Registrar, limits: FrameLimits): Registrar {
  const guarded: Registrar = Object.create(registrar)
  guarded.handle = (protocol, handler, options) => {
    const guardedHandler: StreamHandler = (stream, connection) => {
      guard(stream, limits)
      return handler(stream, connection)
    }
    return registrar.handle(protocol, guardedHandler, options)
  }
  return guarded
}
