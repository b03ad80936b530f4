/**
 * A loopback proxy that sends at most so many bytes a second, over all its connections together: an upload limit for a
 * program that has none of its own. It runs in the program's own process, so it dies with it.
 */
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** One connection sends this much before another gets its turn, bytes. */
const SLICE_BYTES = 64 * 1024
/** Unused rate is kept for this long, ms: what a token bucket of a real client holds. */
const BURST_MS = 50

/** Everyone who sends waits here, in order of asking. */
class Pace {
  readonly #bytesPerMs: number
  #freeAtMs = 0

  constructor(bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1_000
  }

  async spend(bytes: number): Promise<void> {
    const nowMs = performance.now()
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs - BURST_MS) + bytes / this.#bytesPerMs
    if (this.#freeAtMs > nowMs) await sleep(this.#freeAtMs - nowMs)
  }
}

function paced(pace: Pace): Transform {
  return new Transform({
    highWaterMark: SLICE_BYTES,
    transform(chunk: Buffer, _encoding, callback) {
      const send = async () => {
        for (let offset = 0; offset < chunk.length; offset += SLICE_BYTES) {
          const slice = chunk.subarray(offset, offset + SLICE_BYTES)
          await pace.spend(slice.length)
          this.push(slice)
        }
      }
      send().then(() => callback(), callback)
    },
  })
}

/** Resolves with its port. `port` 0 lets the system choose. */
export async function shapedProxy(targetPort: number, bytesPerSecond: number, port: number): Promise<number> {
  const pace = new Pace(bytesPerSecond)
  const server = createServer((near: Socket) => {
    const far = connect(targetPort, '127.0.0.1')
    const end = () => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    near.pipe(far)
    far.pipe(paced(pace)).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return address.port
}
