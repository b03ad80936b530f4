/** Writes to a socket that are gathered: a real listener, a real socket, and the calls that reach the system counted. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Listener, MultiaddrConnection, Upgrader } from '@libp2p/interface'
import type { TCPComponents } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { batchingTcp } from '../../../main/engine/network/tcp-batching.ts'

const say = Object.assign(() => {}, { enabled: false, error() {}, trace() {}, newScope: () => say })

let listener: Listener
let ours: MultiaddrConnection & { socket: Socket }
let theirs: Socket
let arrived: Buffer[]

beforeEach(async () => {
  const transport = batchingTcp({})({ logger: { forComponent: () => say } } as TCPComponents)
  const upgraded = new Promise<MultiaddrConnection>((resolve) => {
    const upgrader = { upgradeInbound: async (connection: MultiaddrConnection) => resolve(connection) }
    listener = transport.createListener({ upgrader: upgrader as unknown as Upgrader })
  })
  await listener.listen(multiaddr('/ip4/127.0.0.1/tcp/0'))
  const port = Number(listener.getAddrs()[0]?.toString().split('/').at(-1))
  theirs = connect(port, '127.0.0.1')
  arrived = []
  theirs.on('data', (data) => arrived.push(data))
  ours = (await upgraded) as typeof ours
})

afterEach(async () => {
  theirs.destroy()
  await listener.close()
})

const bytes = (text: string) => new TextEncoder().encode(text)
const all = () => Buffer.concat(arrived).toString()

describe('what is sent', () => {
  it('while one event is dealt with leaves in one write, in order', async () => {
    const writes = vi.spyOn(ours.socket, '_writev')
    const single = vi.spyOn(ours.socket, '_write')
    ours.send(bytes('a'))
    await Promise.resolve()
    ours.send(bytes('b'))
    queueMicrotask(() => ours.send(bytes('c')))
    await vi.waitUntil(() => all() === 'abc')
    expect(writes.mock.calls.length + single.mock.calls.length).toBe(1)
  })

  it('in later events leaves in writes of its own', async () => {
    ours.send(bytes('a'))
    await vi.waitUntil(() => all() === 'a')
    ours.send(bytes('b'))
    await vi.waitUntil(() => all() === 'ab')
  })

  it('right before the connection is closed still arrives', async () => {
    const ended = once(theirs, 'end')
    ours.send(bytes('last words'))
    await ours.close()
    await ended
    expect(all()).toBe('last words')
  })

  it('beyond what the socket takes is held back, and goes on when there is room', async () => {
    theirs.pause()
    const piece = new Uint8Array(256 * 1024)
    let sentBytes = 0
    const limit = 64 * 1024 * 1024
    while (sentBytes < limit) {
      sentBytes += piece.byteLength
      if (!ours.send(piece)) break
    }
    expect(sentBytes).toBeLessThan(limit)
    const drained = new Promise((resolve) => ours.addEventListener('drain', resolve, { once: true }))
    theirs.resume()
    await drained
    await vi.waitUntil(() => arrived.reduce((sum, { byteLength }) => sum + byteLength, 0) === sentBytes)
  })
})
