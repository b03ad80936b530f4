/** Bytes on the wire, compared with what was put into a stream, over every transport that this machine has. */
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it } from 'vitest'
import { WireCounters } from '../../../main/engine/network/wire-bytes.ts'
import { type LocalNode, startLocalNode } from '../routing/local-nodes.ts'

const running: LocalNode[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()))
})
async function start(node: NonNullable<Parameters<typeof startLocalNode>[0]>['node'] = {}): Promise<LocalNode> {
  const local = await startLocalNode({ node })
  running.push(local)
  return local
}

const PROTOCOL = '/shoal/test/bulk/1'
const BULK_BYTES = 4 * 1024 * 1024
const PIECE_BYTES = 64 * 1024

/** Sends BULK_BYTES from one node to the other over this address; resolves when the other has them all. */
async function move(from: LocalNode, to: LocalNode, address: string): Promise<Connection> {
  const arrived = Promise.withResolvers<void>()
  await to.node.libp2p.handle(PROTOCOL, (stream: Stream) => {
    let bytes = 0
    stream.addEventListener('message', ({ data }) => {
      bytes += data.byteLength
      if (bytes === BULK_BYTES) arrived.resolve()
    })
  })
  const connection = await from.node.libp2p.dial(multiaddr(address))
  const stream = await connection.newStream(PROTOCOL)
  for (let sent = 0; sent < BULK_BYTES; sent += PIECE_BYTES) {
    if (stream.send(new Uint8Array(PIECE_BYTES)) || sent + PIECE_BYTES >= BULK_BYTES) continue
    await new Promise<void>((resolve) => stream.addEventListener('drain', () => resolve(), { once: true }))
  }
  await arrived.promise
  return connection
}

/** More than what was moved, and not much more: QUIC's packets have a header each, and what was lost was sent again. */
function expectBulk(bytes: number): void {
  expect(bytes).toBeGreaterThan(BULK_BYTES)
  expect(bytes).toBeLessThan(BULK_BYTES * 1.5)
}

describe('bytes on the wire', () => {
  it.each([
    ['TCP', (local: LocalNode) => local.address, {}],
    [
      'WebSockets',
      (local: LocalNode) =>
        local.node
          .addresses()
          .map(String)
          .find((text) => text.includes('/ws')),
      { webSockets: true },
    ],
    [
      'QUIC',
      (local: LocalNode) =>
        local.node
          .addresses()
          .map(String)
          .find((text) => text.includes('/quic-v1')),
      { quic: true },
    ],
  ])(
    '[NE92] %s: both ends count what they carried, and go on counting it when the connection is gone',
    async (name, of, options) => {
      const [from, to] = [await start(options), await start(options)]
      if (name === 'QUIC' && !to.node.capabilities.quic.on) return // its binary is not for this machine
      const address = of(to)
      if (address === undefined) throw new Error(`no ${name} address`)
      expect(from.node.wireBytes()).toEqual({ received: 0, sent: 0 })
      const connection = await move(from, to, address)
      expectBulk(to.node.wireBytes().received)
      expectBulk(from.node.wireBytes().sent)
      const before = [from.node.wireBytes(), to.node.wireBytes()]
      const left = new Promise<void>((resolve) =>
        to.node.libp2p.addEventListener('connection:close', () => resolve(), { once: true }),
      )
      await connection.close()
      await left
      const after = [from.node.wireBytes(), to.node.wireBytes()]
      for (const [index, { received, sent }] of after.entries()) {
        expect(received).toBeGreaterThanOrEqual(before[index]?.received ?? 0)
        expect(sent).toBeGreaterThanOrEqual(before[index]?.sent ?? 0)
      }
      expectBulk(after[1]?.received ?? 0)
    },
  )

  it('[NE92] a socket that has forgotten its counters leaves what was read last', () => {
    const counters = new WireCounters()
    const connection = Object.assign(new EventTarget(), { status: 'open' })
    let read = () => ({ received: 10, sent: 4 })
    counters.watch(connection as never, () => read())
    expect(counters.now()).toEqual({ received: 10, sent: 4 })
    read = () => ({ received: Number.NaN, sent: 0 })
    expect(counters.now()).toEqual({ received: 10, sent: 4 })
    read = () => {
      throw new Error('gone')
    }
    connection.dispatchEvent(new Event('close'))
    connection.dispatchEvent(new Event('close'))
    expect(counters.now()).toEqual({ received: 10, sent: 4 })
  })
})
