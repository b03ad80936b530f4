/** From which port a hole is punched, on real sockets of this machine, and which way in the other end is told of. */
import { connect, createServer, type Socket } from 'node:net'
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it } from 'vitest'
import { isPublicTcp4, PunchPorts } from '../../../main/engine/network/punch-ports.ts'

/** What is looked at of a connection. */
function connection(over: Partial<Pick<Connection, 'status' | 'direction' | 'limits'>> = {}) {
  return { status: 'open' as Connection['status'], direction: 'outbound' as const, ...over } as Pick<
    Connection,
    'status' | 'direction' | 'limits'
  >
}
const seenAs = (port: number) => multiaddr(`/ip4/81.2.3.4/tcp/${port}`)

describe('[NE102] the way in that a hole may make', () => {
  it('is how a peer sees a connection of ours, with the port which that left from', () => {
    const ports = new PunchPorts()
    const ours = connection()
    ports.identified({ connection: ours, observedAddr: seenAs(50_001) })
    expect(ports.hole(), 'its local port is not known').toBeUndefined()
    ports.opened(ours, 40_001)
    ports.identified({ connection: ours, observedAddr: seenAs(50_001) })
    expect(ports.hole()).toMatchObject({ localPort: 40_001, outside: seenAs(50_001) })
  })

  it('stays the same while that connection is open, and is the next one after that', () => {
    const ports = new PunchPorts()
    const [first, second] = [connection(), connection()]
    ports.opened(first, 40_001)
    ports.opened(second, 40_002)
    ports.identified({ connection: first, observedAddr: seenAs(50_001) })
    ports.identified({ connection: second, observedAddr: seenAs(50_002) })
    expect(ports.hole()?.localPort).toBe(40_001)
    Object.assign(first, { status: 'closed' })
    expect(ports.hole()?.localPort).toBe(40_002)
    Object.assign(second, { status: 'closed' })
    expect(ports.hole()).toBeUndefined()
  })

  it.each([
    ['that came in', { direction: 'inbound' }, '/ip4/81.2.3.4/tcp/1'],
    ['through a relay', { limits: { seconds: 120 } }, '/ip4/81.2.3.4/tcp/1'],
    ['seen from our own network', {}, '/ip4/192.168.1.5/tcp/1'],
    ['of another transport', {}, '/ip4/81.2.3.4/udp/1/quic-v1'],
  ] as const)('is none of a connection %s', (_, over, observed) => {
    const ports = new PunchPorts()
    const one = connection(over)
    ports.opened(one, 40_001)
    ports.identified({ connection: one, observedAddr: multiaddr(observed) })
    expect(ports.hole()).toBeUndefined()
  })

  it.each([
    ['/ip4/81.2.3.4/tcp/1', true],
    ['/ip4/81.2.3.4/tcp/1/p2p/12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb', true],
    ['/ip4/81.2.3.4/tcp/1/ws', false],
    ['/ip4/10.1.2.3/tcp/1', false],
    ['/ip6/2606:4700::1111/tcp/1', false],
    ['/ip4/81.2.3.4/tcp/1/p2p/12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb/p2p-circuit', false],
  ])('%s can be punched to: %s', (text, expected) => {
    expect(isPublicTcp4(multiaddr(text))).toBe(expected)
  })
})

describe.skipIf(process.platform !== 'linux')('[NE102] sockets', () => {
  const open: { destroy?(): unknown; close?(): unknown }[] = []
  afterEach(() => {
    for (const one of open.splice(0)) one.destroy === undefined ? one.close?.() : one.destroy()
  })

  async function listening(): Promise<number> {
    const server = createServer((socket) => open.push(socket))
    open.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  function dial(port: number, localPort?: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const from = { localAddress: '127.0.0.1', ...(localPort === undefined ? {} : { localPort }) }
      const socket = connect({ host: '127.0.0.1', port, ...from }, () => resolve(socket))
      open.push(socket)
      socket.once('error', reject)
    })
  }

  it('one that was bound before it connected shares its port with another connection', async () => {
    const [relay, peer] = [await listening(), await listening()]
    const first = await dial(relay)
    const second = await dial(peer, first.localPort)
    expect([second.localPort, first.readyState, second.readyState]).toEqual([first.localPort, 'open', 'open'])
  })
})
