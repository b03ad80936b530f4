/** One suite, run on every transport of the contract: commands, errors, cancelling, order, and a reader that does not read. */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { RpcServer } from '../../main/daemon/rpc-server.ts'
import { EventHub } from '../../main/engine/telemetry/event-hub.ts'
import { openLogger } from '../../main/engine/telemetry/logger.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import { MAX_COMMANDS_IN_FLIGHT, MAX_CONNECTIONS, MAX_STREAMS } from '../../shared/contract/limits.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../shared/contract/replica.ts'
import { chunkDetail, chunkMap, node, ROOT_A, ROOT_B, settingsView, share, swarmPeer } from '../support/samples.ts'
import { EngineDouble } from './support/engine-double.ts'
import { type Reached, transports } from './support/transports.ts'

async function failure(promise: Promise<unknown>): Promise<ShoalError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ShoalError)) throw new Error(`expected a ShoalError, got ${String(error)}`)
  return error
}

describe.each(Object.entries(transports))('contract over %s', (_name, transport) => {
  let double: EngineDouble
  let reached: Reached
  beforeEach(async () => {
    double = new EngineDouble(new EventHub({ intervalMs: 5 }))
    reached = await transport(double)
  })
  afterEach(() => reached.close())

  test('[DA1] every command arrives with its input and returns its output', async () => {
    const { api } = reached
    const opened = await api.openLink({ link: `shoal:${ROOT_A}` })
    expect(opened).toEqual(share(ROOT_A, { state: 'resolving' }))
    expect(await api.start({ root: ROOT_A, destination: '/d', select: [0, 2], sequential: true })).toMatchObject({
      state: 'downloading',
    })
    expect((await api.pause(ROOT_A)).state).toBe('paused')
    expect((await api.resume(ROOT_A)).state).toBe('downloading')
    expect((await api.setSequential({ root: ROOT_A, sequential: true })).sequential).toBe(true)
    expect((await api.setPriority({ root: ROOT_A, priority: 'high' })).priority).toBe('high')
    expect(await api.planDownload({ root: ROOT_A, destination: '/d', select: [3] })).toMatchObject({ neededBytes: 5 })
    expect(await api.chunk({ root: ROOT_A, index: 3 })).toEqual({ ...chunkDetail, index: 3 })
    expect(await api.select({ root: ROOT_A, select: [1] })).toMatchObject({ root: ROOT_A })
    expect(await api.share(ROOT_A)).toMatchObject({ root: ROOT_A })
    expect(await api.shares()).toHaveLength(1)
    expect(await api.status()).toEqual(node())
    expect(await api.files({ root: ROOT_A, offset: 0, count: 10 })).toMatchObject({ total: 1 })
    expect(await api.swarm(ROOT_A)).toEqual([swarmPeer(ROOT_A, 'peer-1')])
    expect(await api.peers()).toEqual([])
    expect(await api.connect({ address: '/ip4/127.0.0.1/tcp/1' })).toMatchObject({ peer: 'peer-9' })
    expect(await api.metrics()).toContain('shoal_up 1')
    expect(await api.settings()).toEqual(settingsView())
    expect((await api.changeSettings({ name: null, limits: { down: 7 } })).settings.limits).toEqual({
      down: 7,
      up: null,
    })
    expect((await api.network()).independence).toBe('alone')
    expect((await api.traffic({})).map(({ at }) => at)).toEqual([1_000, 2_000])
    expect((await api.traffic({ sinceAt: 1_000 })).map(({ at }) => at)).toEqual([2_000])
    expect(await api.peerHistory('peer-1')).toEqual([{ at: 1_000, kind: 'joined' }])
    await api.nickname({ peer: 'peer-1', nickname: null })
    await api.exportIdentity({ path: '/k' })
    expect(await api.importIdentity({ path: '/k' })).toEqual({ peer: '12D3KooWImported' })
    expect(await api.importPath({ path: '/x', ignore: ['*.tmp'] })).toMatchObject({ job: 'job-1', path: '/x' })
    expect(await api.importPaths({ paths: ['/x', '/y'], name: 'Both' })).toMatchObject({
      job: 'job-2',
      path: '/x',
      together: { name: 'Both', paths: 2 },
    })
    await api.cancelImport('job-1')
    await api.limit({ down: null, up: 5_000 })
    await api.block({ peer: 'peer-1', blocked: true })
    await api.remove({ root: ROOT_A, withData: false })
    expect(double.calls).toEqual([
      ['openLink', `shoal:${ROOT_A}`],
      ['start', { root: ROOT_A, destination: '/d', select: [0, 2], sequential: true }],
      ['planDownload', { root: ROOT_A, destination: '/d', select: [3] }],
      ['select', { root: ROOT_A, select: [1] }],
      ['changeSettings', { name: null, limits: { down: 7 } }],
      ['peerHistory', 'peer-1'],
      ['nickname', { peer: 'peer-1', nickname: null }],
      ['exportIdentity', { path: '/k' }],
      ['importIdentity', { path: '/k' }],
      ['importPath', { path: '/x', ignore: ['*.tmp'] }],
      ['importPaths', { paths: ['/x', '/y'], name: 'Both' }],
      ['cancelImport', 'job-1'],
      ['limit', { down: null, up: 5_000 }],
      ['block', { peer: 'peer-1', blocked: true }],
      ['remove', { root: ROOT_A, withData: false }],
    ])
  })

  test('[FL12] the chunks of a share are told until the reader has enough; the engine then hears that it has', async () => {
    double.publish({ type: 'share', value: share(ROOT_A) })
    const stop = new AbortController()
    const told: string[] = []
    for await (const event of reached.api.watchChunks({ root: ROOT_A }, { signal: stop.signal })) {
      told.push(event.type)
      if (event.type === 'map') expect(event).toEqual(chunkMap)
      else expect(event).toEqual({ type: 'changes', at: 1, newPeers: [], chunks: [0, 4, 1], moves: [] })
      if (told.length === 2) stop.abort()
    }
    expect(told).toEqual(['map', 'changes'])
    await expect.poll(() => double.watchers).toBe(0)
    const unknown = reached.api.watchChunks({ root: ROOT_B })[Symbol.asyncIterator]()
    expect(await failure(unknown.next())).toMatchObject({ code: 'NOT_FOUND', facts: { root: ROOT_B } })
  })

  test('[DA7] a reader of chunks that does not read begins with a new map, and misses nothing after it', async () => {
    double.publish({ type: 'share', value: share(ROOT_A) })
    double.chunkChanges = 500
    const stop = new AbortController()
    const reader = reached.api.watchChunks({ root: ROOT_A }, { signal: stop.signal })[Symbol.asyncIterator]()
    expect((await reader.next()).value.type).toBe('map')
    // What the reader leaves unread is given up, and so is the stream that it came from.
    await expect.poll(() => double.watchers).toBe(0)
    double.chunkChanges = 3
    expect((await reader.next()).value).toEqual(chunkMap)
    for (const at of [1, 2, 3]) expect((await reader.next()).value).toMatchObject({ type: 'changes', at })
    stop.abort()
  })

  test('[DA3] a refusal arrives with its code, its sentence and its facts', async () => {
    const error = await failure(reached.api.share('bafyunknown'))
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no such share.',
      facts: { root: 'bafyunknown', known: 0 },
    })
    const link = await failure(reached.api.openLink({ link: 'http://x' }))
    expect(link).toMatchObject({ code: 'LINK_INVALID', facts: { position: 3 } })
  })

  test('[DA1] an input that breaks its schema is BAD_INPUT, names the field, and never reaches the engine', async () => {
    const error = await failure(reached.api.files({ root: ROOT_A, offset: -1, count: 10 }))
    expect(error.code).toBe('BAD_INPUT')
    expect(error.message).toContain('offset')
    expect((await failure(reached.api.limit({ down: 0 }))).code).toBe('BAD_INPUT')
    expect((await failure(reached.api.openLink({ link: 'x'.repeat(20_000) }))).code).toBe('BAD_INPUT')
    expect(double.calls).toEqual([])
  })

  test("[DA3] the engine's own bug is INTERNAL and tells the client nothing of its insides", async () => {
    const error = await failure(reached.api.openLink({ link: 'crash:' }))
    expect(error.code).toBe('INTERNAL')
    expect(JSON.stringify([error.message, error.facts])).not.toContain('secret')
    expect(await reached.api.shares()).toEqual([])
  })

  test('[DA5] a command that is cancelled rejects with CANCELLED, and the engine sees its signal abort', async () => {
    const stop = new AbortController()
    const began = double.nextWait()
    const pending = failure(reached.api.openLink({ link: 'wait:' }, { signal: stop.signal }))
    await began
    expect(double.waiting.size).toBe(1)
    const [engineSignal] = double.waiting
    const cancelled = new Promise((resolve) => engineSignal?.addEventListener('abort', resolve))
    stop.abort()
    expect((await pending).code).toBe('CANCELLED')
    await cancelled
    expect(double.waited).toEqual(['cancelled'])
    const before = await failure(reached.api.openLink({ link: 'x' }, { signal: AbortSignal.abort() }))
    expect(before.code).toBe('CANCELLED')
  })

  test('[DA6] a subscription gives one snapshot, then numbered deltas in order, and ends with its signal', async () => {
    double.publish({ type: 'share', value: share(ROOT_A) })
    const stop = new AbortController()
    let state: ReplicaState | undefined
    const types: string[] = []
    for await (const event of reached.api.subscribe({ signal: stop.signal })) {
      types.push(event.type)
      if (event.type === 'snapshot') {
        state = applySnapshot(event.value)
        double.publish({ type: 'share', value: share(ROOT_B) })
        double.publish({ type: 'log', value: { at: 1, kind: 'peer-joined', text: 'one' } })
        continue
      }
      if (state === undefined) throw new Error('a delta came before the snapshot')
      const applied = applyDelta(state, event.value)
      if (applied.type === 'gap') throw new Error('a gap')
      state = applied.state
      if (state.log.length === 1 && state.shares.size === 2) {
        double.publish({ type: 'share-removed', root: ROOT_A })
        double.publish({ type: 'log', value: { at: 2, kind: 'peer-left', text: 'two' } })
      }
      if (state.log.length === 2 && state.shares.size === 1) stop.abort()
    }
    expect(types[0]).toBe('snapshot')
    expect(types.filter((type) => type === 'snapshot')).toHaveLength(1)
    expect([...(state?.shares.keys() ?? [])]).toEqual([ROOT_B])
    expect(state?.log.map((entry) => entry.text)).toEqual(['one', 'two'])
  })

  test('[DA7] the engine forgets a subscriber that stops reading or leaves', async () => {
    for await (const event of reached.api.subscribe()) {
      expect(event.type).toBe('snapshot')
      expect(double.hub.subscribers).toBe(1)
      break
    }
    // The hub notices at the abort that travels to it; a command behind it on the same connection comes after.
    await reached.api.shares()
    await expect.poll(() => double.hub.subscribers).toBe(0)
  })

  test('[DA7] a reader that does not read gets the newest values, not the history, and never a gap', async () => {
    const stop = new AbortController()
    const events = reached.api.subscribe({ signal: stop.signal })[Symbol.asyncIterator]()
    const first = await events.next()
    if (first.done === true || first.value.type !== 'snapshot') throw new Error('no snapshot')
    const state = applySnapshot(first.value.value)
    for (let haveBytes = 1; haveBytes <= 1_000; haveBytes++) {
      double.publish({ type: 'share', value: share(ROOT_A, { haveBytes }) })
    }
    const second = await events.next()
    if (second.done === true || second.value.type !== 'delta') throw new Error('no delta')
    const applied = applyDelta(state, second.value.value)
    expect(applied).toMatchObject({ type: 'applied' })
    expect(second.value.value.changes).toHaveLength(1)
    expect(second.value.value.changes[0]).toMatchObject({ value: { haveBytes: 1_000 } })
    stop.abort()
    expect((await events.next()).done).toBe(true)
  })
})

// The port has its own: test/unit/electron/port.test.ts.
describe.each(Object.entries(transports).filter(([name]) => name.endsWith('socket')))(
  'connection over %s',
  (_name, transport) => {
    test('[DA5] when the daemon goes away, a waiting command is NETWORK and not CANCELLED', async () => {
      const double = new EngineDouble()
      const reached = await transport(double)
      const began = double.nextWait()
      const stop = new AbortController()
      const pending = failure(reached.api.openLink({ link: 'wait:' }, { signal: stop.signal }))
      await began
      await reached.server?.stop()
      expect((await pending).code).toBe('NETWORK')
      expect((await failure(reached.api.shares())).code).toBe('NETWORK')
      await reached.close()
    })

    test('[DA5] when the client goes away, its waiting commands are cancelled in the engine', async () => {
      const double = new EngineDouble()
      const reached = await transport(double)
      const began = double.nextWait()
      const pending = failure(reached.api.openLink({ link: 'wait:' }, { signal: new AbortController().signal }))
      await began
      const [engineSignal] = double.waiting
      const cancelled = new Promise((resolve) => engineSignal?.addEventListener('abort', resolve))
      reached.socket?.terminate()
      await cancelled
      expect((await pending).code).toBe('NETWORK')
      await reached.close()
    })

    test.each([
      ['binary', Buffer.from([1, 2, 3]), 1003],
      ['no JSON', 'hello', 1007],
      ['no envelope', '{"x":1}', 1007],
      ['no command', '{"i":"1","p":{}}', 1007],
      ['a foreign URL', '{"i":"1","p":{"u":"http://evil/x"}}', 1007],
      ['more than 4 MiB', `{"i":"1","p":{"u":"/openLink","b":"${'x'.repeat(4 * 1024 * 1024)}"}}`, 1009],
    ])('[DA2] a message with %s ends its own connection only', async (_what, message, code) => {
      const double = new EngineDouble()
      const reached = await transport(double)
      const closed = new Promise<number>((resolve) => reached.socket?.once('close', resolve))
      reached.socket?.send(message)
      expect(await closed).toBe(code)
      expect(double.calls).toEqual([])
      await reached.close()
    })

    test('[DA4] more commands at once than the bound are refused, and the others go on', async () => {
      const double = new EngineDouble()
      const reached = await transport(double)
      const stop = new AbortController()
      const waiting = Array.from({ length: MAX_COMMANDS_IN_FLIGHT }, () =>
        failure(reached.api.doctor({ signal: stop.signal })),
      )
      await expect.poll(() => double.waiting.size).toBe(MAX_COMMANDS_IN_FLIGHT)
      expect(await failure(reached.api.shares())).toMatchObject({
        code: 'NOT_ALLOWED',
        facts: { limit: MAX_COMMANDS_IN_FLIGHT },
      })
      stop.abort()
      expect(new Set((await Promise.all(waiting)).map((error) => error.code))).toEqual(new Set(['CANCELLED']))
      await expect.poll(() => reached.api.shares().catch(() => undefined)).toEqual([])
      await reached.close()
    })

    test('[DA7] commands whose answers nobody takes are not begun without end, and all are answered once somebody does', async () => {
      const double = new EngineDouble()
      let begun = 0
      double.shares = async () => {
        begun += 1
        return [share(ROOT_A, { name: 'x'.repeat(200_000) })]
      }
      const reached = await transport(double)
      const answered = new Set<string>()
      reached.socket?.on('message', (data) => answered.add(String(/^\{"i":"(a\d+)"/.exec(String(data))?.[1])))
      reached.socket?.pause()
      const asked = 5_000
      for (let i = 0; i < asked; i++) reached.socket?.send(`{"i":"a${i}","p":{"u":"/shares"}}`)
      // Until nothing more is begun: a gigabyte, if nobody minded.
      let last = -1
      const isStill = () => {
        const before = last
        last = begun
        return begun > 0 && begun === before
      }
      await expect.poll(isStill, { interval: 300, timeout: 20_000 }).toBe(true)
      expect(begun).toBeLessThan(800)
      reached.socket?.resume()
      await expect.poll(() => answered.size, { timeout: 30_000 }).toBe(asked)
      await reached.close()
    })

    test('[DA4] one connection has a bounded number of streams, and a place that becomes free is given again', async () => {
      const double = new EngineDouble()
      const reached = await transport(double)
      const stops = Array.from({ length: MAX_STREAMS }, () => new AbortController())
      const streams = stops.map(({ signal }) => reached.api.subscribe({ signal })[Symbol.asyncIterator]())
      for (const stream of streams) expect((await stream.next()).value?.type).toBe('snapshot')
      const next = () => reached.api.subscribe()[Symbol.asyncIterator]().next()
      expect(await failure(next())).toMatchObject({ code: 'NOT_ALLOWED', facts: { limit: MAX_STREAMS } })
      expect(double.hub.subscribers).toBe(MAX_STREAMS)
      stops[0]?.abort()
      await expect.poll(() => double.hub.subscribers).toBe(MAX_STREAMS - 1)
      expect((await next()).value?.type).toBe('snapshot')
      await reached.close()
    })

    test('[DA7] a client that stops reading its socket costs the daemon one message, and catches up', async () => {
      const double = new EngineDouble(new EventHub({ intervalMs: 0 }))
      const reached = await transport(double)
      const events = reached.api.subscribe({})[Symbol.asyncIterator]()
      await events.next()
      reached.socket?.pause()
      // 40 MB if each value were sent; the kernel's buffers hold a fraction of that.
      const text = 'x'.repeat(20_000)
      for (let i = 1; i <= 2_000; i++) {
        double.publish({ type: 'share', value: share(ROOT_A, { haveBytes: i, name: text }) })
        await new Promise((resolve) => setImmediate(resolve))
      }
      reached.socket?.resume()
      let deltas = 0
      let haveBytes = 0
      while (haveBytes < 2_000) {
        const event = await events.next()
        if (event.done === true) throw new Error('ended')
        deltas += 1
        const changes = event.value.type === 'delta' ? event.value.value.changes : []
        for (const change of changes) if (change.type === 'share') haveBytes = change.value.haveBytes
      }
      expect(deltas).toBeLessThan(400)
      await events.return?.()
      await reached.close()
    })
  },
)

test('[DA4] more connections than the bound are turned away, and a place that becomes free is given again', () => {
  class Silent extends EventEmitter {
    closed: number | undefined
    close(code: number): void {
      this.closed = code
    }
  }
  const server = new RpcServer(new EngineDouble(), openLogger({ level: 'silent' }).logger)
  const serve = () => {
    const socket = new Silent()
    server.serve(socket as unknown as WebSocket)
    return socket
  }
  const served = Array.from({ length: MAX_CONNECTIONS }, serve)
  expect(served.every((socket) => socket.closed === undefined)).toBe(true)
  expect(serve().closed).toBe(1013)
  served[0]?.emit('close')
  expect(server.connections).toBe(MAX_CONNECTIONS - 1)
  expect(serve().closed).toBeUndefined()
})
