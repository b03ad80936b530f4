/** The engine's process as the main process sees it: starting, ending, starting again, giving up, and its ports. */
import { beforeEach, describe, expect, it } from 'vitest'
import { engineEnvironment, launchEngine, SERVICE_NAME } from '../../../main/electron/engine/launch.ts'
import type { EngineStart } from '../../../main/electron/engine/messages.ts'
import { PortBroker } from '../../../main/electron/engine/port-broker.ts'
import { decideRestart, MAX_FAILURES, STEADY_MS } from '../../../main/electron/engine/restart-policy.ts'
import { EngineSupervisor, STOP_TIMEOUT_MS } from '../../../main/electron/engine/supervisor.ts'
import type { EngineProcessState } from '../../../shared/shell/shell-api.ts'
import { FakeClock } from './support/fake-clock.ts'
import { type FakeChild, type FakeElectron, fakeElectron } from './support/fake-electron.ts'

describe('when to try again', () => {
  it('[EL18] after 1, 2, 4, 8, 16, 30 s, then not any more', () => {
    const delays: number[] = []
    let failures = 0
    for (;;) {
      const decision = decideRestart({ reason: 'x' }, failures)
      failures = decision.failures
      if (!decision.restart) break
      delays.push(decision.delayMs)
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
    expect(failures).toBe(MAX_FAILURES)
  })

  it.each([
    [
      'a steady run forgets the failures before it',
      { ranMs: STEADY_MS },
      6,
      { restart: true, delayMs: 1_000, failures: 1 },
    ],
    ['a short one does not', { ranMs: STEADY_MS - 1 }, 2, { restart: true, delayMs: 4_000, failures: 3 }],
    ['what another try cannot mend is not tried', { code: 'PROFILE_BUSY' }, 0, { restart: false, failures: 1 }],
    ['nor is a locked key', { code: 'IDENTITY_LOCKED' }, 0, { restart: false, failures: 1 }],
    ['an I/O error may pass', { code: 'IO' }, 0, { restart: true, delayMs: 1_000, failures: 1 }],
  ])('[EL18] %s', (_what, end, failures, decision) => {
    expect(decideRestart({ reason: 'x', ...end }, failures)).toEqual(decision)
  })
})

interface Ground {
  fake: FakeElectron
  clock: FakeClock
  states: EngineProcessState[]
  engine: EngineSupervisor<Electron.MessagePortMain>
  starts: EngineStart[]
  child(): FakeChild
}

function ground(start: () => Promise<EngineStart> = async () => ({ profileDir: '/p', logLevel: 'info' })): Ground {
  const fake = fakeElectron()
  const clock = new FakeClock()
  const states: EngineProcessState[] = []
  const starts: EngineStart[] = []
  const engine = new EngineSupervisor<Electron.MessagePortMain>({
    clock,
    launch: (events) =>
      launchEngine(
        {
          electron: fake.electron,
          clock,
          modulePath: '/app/engine.js',
          env: { PATH: '/bin', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', HOME: '/me' },
          start: async () => {
            const made = await start()
            starts.push(made)
            return made
          },
        },
        events,
      ),
    onState: (state) => states.push(state),
  })
  const child = () => {
    const newest = fake.children.at(-1)
    if (newest === undefined) throw new Error('no process was started')
    return newest
  }
  return { fake, clock, states, engine, starts, child }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const gone = (fake: FakeElectron, reason: string, name = SERVICE_NAME) =>
  fake.app.emit('child-process-gone', {}, { type: 'Utility', name, reason, exitCode: 1 })

describe('the engine process', () => {
  let g: Ground
  beforeEach(async () => {
    g = ground()
    g.engine.start()
    await settled()
  })

  it('[EL17] is started with its name, a clean environment, and its orders over its own port', () => {
    const { options, modulePath, posted } = g.child()
    expect(modulePath).toBe('/app/engine.js')
    expect(options).toMatchObject({ serviceName: SERVICE_NAME, stdio: ['ignore', 'ignore', 'pipe'] })
    expect(options.env).toEqual({ PATH: '/bin', HOME: '/me' })
    expect(posted.map(({ message }) => message)).toEqual([
      { type: 'start', start: { profileDir: '/p', logLevel: 'info' } },
    ])
    expect(g.engine.running).toBe(false)
    g.child().says({ type: 'started' })
    expect(g.engine.running).toBe(true)
    expect(g.states).toEqual([{ state: 'running' }])
  })

  it.each([
    ['exit, then child-process-gone', (f: FakeElectron, c: FakeChild) => [() => c.ends(139), () => gone(f, 'crashed')]],
    ['child-process-gone, then exit', (f: FakeElectron, c: FakeChild) => [() => gone(f, 'crashed'), () => c.ends(139)]],
  ])('[EL18] ends once, whichever event comes first: %s', (_order, events) => {
    g.child().says({ type: 'started' })
    const [first, second] = events(g.fake, g.child())
    first?.()
    second?.()
    g.clock.advance(500)
    expect(g.states).toEqual([{ state: 'running' }, { state: 'restarting', attempt: 1, nextTryMs: 1_000 }])
  })

  it('[EL18] needs only one of the two events, and starts again', async () => {
    g.child().says({ type: 'started' })
    g.child().ends(1)
    g.clock.advance(300)
    expect(g.states.at(-1)).toEqual({ state: 'restarting', attempt: 1, nextTryMs: 1_000 })
    g.clock.advance(1_000)
    await settled()
    expect(g.fake.children).toHaveLength(2)
    g.child().says({ type: 'started' })
    expect(g.states.at(-1)).toEqual({ state: 'running' })
  })

  it('[EL18] child-process-gone of another process, or late of the one before, ends nothing', () => {
    g.child().says({ type: 'started' })
    gone(g.fake, 'crashed', 'Something else')
    gone(g.fake, 'clean-exit')
    g.clock.advance(10_000)
    expect(g.engine.running).toBe(true)
  })

  it('[EL18] a failure that says why ends with that reason, at once when trying again is no use', () => {
    g.child().says({ type: 'failed', code: 'PROFILE_BUSY', message: 'Process 7 holds this profile.' })
    g.child().ends(1)
    g.clock.advance(300)
    expect(g.states).toEqual([{ state: 'failed', reason: 'Process 7 holds this profile.' }])
    expect(g.clock.pending).toEqual([])
  })

  it('[EL18] gives up with what is known: reason, exit code, last words', async () => {
    for (let i = 0; i < MAX_FAILURES; i += 1) {
      g.child().stderr.emit('data', 'starting\nFatal: out of luck\n')
      gone(g.fake, 'oom')
      g.child().ends(5)
      g.clock.advance(31_000)
      await settled()
    }
    expect(g.fake.children).toHaveLength(MAX_FAILURES)
    expect(g.states.at(-1)).toEqual({
      state: 'failed',
      reason: 'The engine ended unexpectedly (oom, exit code 5, Fatal: out of luck).',
    })
  })

  it('[EL18] tries again when a person asks, with failures forgotten', async () => {
    g.child().says({ type: 'failed', code: 'PROFILE_BUSY', message: 'busy' })
    g.child().ends(1)
    g.clock.advance(300)
    await g.engine.restart()
    await settled()
    g.child().says({ type: 'started' })
    expect(g.states.map(({ state }) => state)).toEqual(['failed', 'running'])
  })

  it('[EL18] a restart ends the running engine in order first', async () => {
    const first = g.child()
    first.says({ type: 'started' })
    const restarted = g.engine.restart()
    expect(first.posted.at(-1)?.message).toEqual({ type: 'stop' })
    expect(g.fake.children).toHaveLength(1)
    first.ends(0)
    g.clock.advance(300)
    await restarted
    await settled()
    expect(g.fake.children).toHaveLength(2)
    g.child().says({ type: 'started' })
    expect(g.states.map(({ state }) => state)).toEqual(['running', 'restarting', 'running'])
  })

  it('[EL19] stops when told, and nothing starts it again', async () => {
    g.child().says({ type: 'started' })
    const stopped = g.engine.stop()
    g.child().says({ type: 'stopped' })
    g.child().ends(0)
    g.clock.advance(300)
    expect(await stopped).toBe('stopped')
    g.engine.start()
    await g.engine.restart()
    g.clock.advance(60_000)
    expect(g.fake.children).toHaveLength(1)
    expect(g.states).toEqual([{ state: 'running' }])
  })

  it('[EL19] is killed when it does not answer in time', async () => {
    g.child().says({ type: 'started' })
    const stopped = g.engine.stop()
    g.clock.advance(STOP_TIMEOUT_MS)
    expect(await stopped).toBe('killed')
    expect(g.child().killed).toBe(true)
  })

  it('[EL19] stopping while it waits for its next try, or is being started, leaves no process', async () => {
    g.child().ends(1)
    g.clock.advance(300)
    expect(await g.engine.stop()).toBe('stopped')
    g.clock.advance(60_000)
    expect(g.fake.children).toHaveLength(1)

    const other = ground()
    other.engine.start()
    expect(await other.engine.stop()).toBe('stopped')
    await settled()
    expect(other.fake.children.every(({ killed }) => killed)).toBe(true)
  })

  it('[EL17] what is no message of an engine is passed over', () => {
    for (const message of [null, 7, { type: 'started!' }, { type: 'failed' }, { type: 'port-used', id: 'x' }]) {
      g.child().says(message)
    }
    expect(g.states).toEqual([])
  })

  it('[EL30] the key is asked for at each start, sent once, and wiped here', async () => {
    const key = new Uint8Array([1, 2, 3])
    const keyed = ground(async () => ({ profileDir: '/p', logLevel: 'info', identity: key }))
    keyed.engine.start()
    await settled()
    expect(keyed.child().posted[0]?.message).toMatchObject({ start: { identity: new Uint8Array([1, 2, 3]) } })
    expect([...key]).toEqual([0, 0, 0])
    expect(JSON.stringify(keyed.child().options)).not.toContain('identity')
  })

  it('[EL31] a key that cannot be opened is a failure with its reason, and starts no process', async () => {
    const locked = ground(async () => {
      throw Object.assign(new Error('The key store is locked.'), { code: 'IDENTITY_LOCKED' })
    })
    locked.engine.start()
    await settled()
    expect(locked.states).toEqual([{ state: 'failed', reason: 'The key store is locked.' }])
    expect(locked.fake.children).toEqual([])
  })
})

describe('ports', () => {
  it('[EL22] are given when asked for while the engine runs, else when it does, and again after each restart', () => {
    const fake = fakeElectron()
    let running = false
    const sent: number[] = []
    const broker = new PortBroker(fake.electron, (id) => {
      if (running) sent.push(id)
      return running
    })
    const taken: unknown[] = []
    const page = { take: (port: unknown) => taken.push(port) }
    broker.want(page)
    expect(taken).toHaveLength(0)
    running = true
    broker.engineStarted()
    expect(taken).toHaveLength(1)
    broker.want(page)
    broker.engineStarted()
    expect(new Set(taken).size).toBe(3)
    expect(broker.takerOf(sent.at(-1) ?? -1)).toBe(page)
    expect(broker.takerOf(sent[0] ?? -1)).toBeUndefined()
    broker.forget(page)
    broker.engineStarted()
    expect(taken).toHaveLength(3)
  })
})

describe('the environment of the engine', () => {
  it('[EL17] has what finds folders and languages, and nothing that makes Node or Electron behave differently', () => {
    const env = {
      Path: 'C:\\',
      TMPDIR: '/t',
      XDG_CONFIG_HOME: '/c',
      LC_ALL: 'C',
      SHOAL_NETWORK: 'local',
      NODE_OPTIONS: '--require x',
      NODE_PATH: '/x',
      ELECTRON_RUN_AS_NODE: '1',
      LD_PRELOAD: '/x',
      SSLKEYLOGFILE: '/x',
      A: undefined,
    }
    expect(Object.keys(engineEnvironment(env))).toEqual([
      'Path',
      'TMPDIR',
      'XDG_CONFIG_HOME',
      'LC_ALL',
      'SHOAL_NETWORK',
    ])
  })
})
