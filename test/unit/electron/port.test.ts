/** The contract over a message port, where it differs from a socket: back-pressure, strange messages, ends that go away. */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { RpcServer } from '../../../main/daemon/rpc-server.ts'
import { EventHub } from '../../../main/engine/telemetry/event-hub.ts'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MAX_MESSAGE_BYTES } from '../../../shared/contract/limits.ts'
import { connectOverPort } from '../../../shared/contract/port-client.ts'
import { MAX_UNTAKEN_MESSAGES, PORT_READY } from '../../../shared/contract/port-protocol.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { nodePort, servePort } from '../../contract/support/transports.ts'
import { node } from '../../support/samples.ts'

const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

function channel() {
  const ports = new MessageChannel()
  open.push(ports.port1, ports.port2)
  return ports
}

function serve() {
  const double = new EngineDouble(new EventHub({ intervalMs: 1 }))
  const server = new RpcServer(double, openLogger({ level: 'silent' }).logger)
  const { port1, port2 } = channel()
  const socket = servePort(server, port1)
  return { double, server, port: port2, socket }
}

const SUBSCRIBE = JSON.stringify({ i: '1', p: { u: '/subscribe', b: {} } })

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('a port that is not read', () => {
  it('[EL21] holds up the stream after MAX_UNTAKEN_MESSAGES, and goes on with the newest when it is read again', async () => {
    const { double, port, server } = serve()
    const received: unknown[] = []
    port.on('message', (data) => received.push(data))
    await until(() => received.includes(PORT_READY))
    port.postMessage(SUBSCRIBE)
    await until(() => double.hub.subscribers === 1)
    for (let peers = 1; peers <= 200; peers += 1) {
      double.status_ = node({ shoalPeers: peers })
      double.hub.publish({ type: 'node', value: double.status_ })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const unread = received.length - 1
    expect(unread).toBeLessThanOrEqual(MAX_UNTAKEN_MESSAGES + 1)
    const last = () => String(received.at(-1))
    expect(last()).not.toContain('"shoalPeers":200')
    port.postMessage(unread)
    await until(() => last().includes('"shoalPeers":200'))
    expect(received.length - 1).toBeLessThanOrEqual(unread + 2)
    await server.stop()
  })

  it('[EL21] keeps nobody waiting once it is closed', async () => {
    const { double, port, server } = serve()
    const received: unknown[] = []
    port.on('message', (data) => received.push(data))
    port.postMessage(SUBSCRIBE)
    await until(() => double.hub.subscribers === 1)
    for (let peers = 1; peers <= 50; peers += 1) {
      double.hub.publish({ type: 'node', value: node({ shoalPeers: peers }) })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    port.close()
    await until(() => server.connections === 0)
    await until(() => double.hub.subscribers === 0)
    expect(double.hub.subscribers).toBe(0)
  })
})

describe('what is no message of the contract ends the connection that sent it', () => {
  it.each([
    ['an object', { i: 1 }],
    ['binary', new Uint8Array(3)],
    ['a count of messages that were never sent', 99],
    ['a count that goes back', 0],
    ['a fraction', 0.5],
    ['text that is no JSON', '{'],
    ['more than MAX_MESSAGE_BYTES', 'x'.repeat(MAX_MESSAGE_BYTES + 1)],
  ])('[EL21] %s', async (_what, message) => {
    const { port, server } = serve()
    const other = channel()
    servePort(server, other.port1)
    expect(server.connections).toBe(2)
    const closed = new Promise((resolve) => port.on('close', resolve))
    port.on('message', () => {})
    port.postMessage(message)
    await closed
    await until(() => server.connections === 1)
    const { api } = await connectOverPort(nodePort(other.port2))
    expect((await api.status()).name).toBe('Quiet Heron')
    await server.stop()
  })
})

describe('the client', () => {
  it('[EL20] counts as connected when the engine has said that it serves the port', async () => {
    const { port1, port2 } = channel()
    let connected = false
    const connection = connectOverPort(nodePort(port2)).then((made) => {
      connected = true
      return made
    })
    port1.postMessage('{"i":"0","p":{}}')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(connected).toBe(false)
    port1.postMessage(PORT_READY)
    await connection
  })

  it('[EL20] gives up after its time with NETWORK, and closes the port', async () => {
    const { port1, port2 } = channel()
    const closed = new Promise((resolve) => port1.on('close', resolve))
    port1.on('message', () => {})
    const failure = await connectOverPort(nodePort(port2), { timeoutMs: 5 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'NETWORK', facts: { timeoutMs: 5 } })
    await closed
  })

  it('[EL20] gives up with NETWORK when the port closes, and with CANCELLED when it is told to', async () => {
    const first = channel()
    const refused = connectOverPort(nodePort(first.port2)).catch((error: unknown) => error)
    first.port1.close()
    expect(await refused).toMatchObject({ code: 'NETWORK' })
    const stop = new AbortController()
    const cancelled = connectOverPort(nodePort(channel().port2), { signal: stop.signal }).catch((e: unknown) => e)
    stop.abort()
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' })
    expect(
      await connectOverPort(nodePort(channel().port2), { signal: stop.signal }).catch((e: unknown) => e),
    ).toMatchObject({
      code: 'CANCELLED',
    })
  })

  it('[EL20] ends what waits when its port is gone, and refuses what comes later', async () => {
    const { double, port, server } = serve()
    const connection = await connectOverPort(nodePort(port))
    const waiting = connection.api.openLink({ link: 'wait:' }).catch((error: unknown) => error)
    const reading = (async () => {
      for await (const _event of connection.api.subscribe()) void _event
    })().catch((error: unknown) => error)
    await until(() => double.hub.subscribers === 1)
    await server.stop()
    await connection.closed
    expect(await waiting).toBeInstanceOf(ShoalError)
    expect(await reading).toMatchObject({ code: 'NETWORK' })
    expect(await connection.api.status().catch((error: unknown) => error)).toMatchObject({ code: 'NETWORK' })
  })
})
