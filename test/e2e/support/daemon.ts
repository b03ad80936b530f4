/** Real `shoal` processes of the built product, on loopback, each in a profile of its own; all of them end with the test. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectToDaemon, type DaemonConnection } from '../../../cli/client.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { NetHost } from './netns.ts'

/** SHOAL_TEST_DIST: another build to test than the one in dist/. */
const DIST = resolve(process.env.SHOAL_TEST_DIST ?? fileURLToPath(new URL('../../../dist/', import.meta.url)))
/** A net for what hangs, not a measurement. */
const HANG_MS = 60_000

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly tookMs: number
}

export class Running {
  readonly child: ChildProcess
  readonly #startedAt = performance.now()
  out = ''
  err = ''
  readonly ended: Promise<Ended>

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.on('data', (data) => {
      this.out += data
    })
    child.stderr?.on('data', (data) => {
      this.err += data
    })
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code,
      signal,
      tookMs: performance.now() - this.#startedAt,
    }))
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('not started')
    return this.child.pid
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Waits for text on stdout or stderr; fails with all that was said when the process ends without it. */
  async says(pattern: RegExp): Promise<string> {
    const done = new AbortController()
    const deadline = AbortSignal.timeout(HANG_MS)
    const stop = AbortSignal.any([done.signal, deadline])
    try {
      for (;;) {
        const found = pattern.exec(this.out + this.err)
        if (found !== null) return found[0]
        const streams = [this.child.stdout, this.child.stderr].filter((stream) => stream !== null)
        const more = streams.map((stream) => once(stream, 'data', { signal: stop }).then(() => undefined))
        for (const one of more) one.catch(() => undefined)
        const end = await Promise.race([...more, this.ended]).catch(() => undefined)
        if ((end !== undefined && !pattern.test(this.out + this.err)) || deadline.aborted) {
          throw new Error(`never said ${pattern}; code ${end?.code}\n${this.out}\n${this.err}`)
        }
      }
    } finally {
      done.abort()
    }
  }

  /** Ends it at once, as a power cut does, and waits until it is gone. */
  async killed(): Promise<void> {
    this.kill('SIGKILL')
    await this.ended
  }
}

/** A daemon with a client, as most tests want it. */
export interface Peer {
  readonly running: Running
  readonly profile: string
  readonly api: EngineApi
  /** Its peer id. */
  readonly id: string
  readonly addresses: readonly string[]
  /** A folder of its own for what it fetches; it exists. */
  readonly downloads: string
}

/** A folder for one test file's processes and files, and the processes in it. */
export class Ground {
  readonly folder = mkdtempSync(join(tmpdir(), 'shoal-e2e-'))
  readonly #running: Running[] = []
  readonly #clients: DaemonConnection[] = []

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  /** `host`: inside that network namespace instead of on the machine's own loopback. */
  #run(script: string, args: readonly string[], host?: NetHost): Running {
    const file = join(DIST, script)
    if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\` first.`)
    const options: SpawnOptions = {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Should the test process die, its daemons end too.
      env: { ...process.env, SHOAL_NETWORK: 'local', SHOAL_STOP_WITH_PARENT: '1' },
    }
    const whole = [file, ...args]
    const running = new Running(
      host === undefined ? spawn(process.execPath, whole, options) : host.spawn(process.execPath, whole, options),
    )
    this.#running.push(running)
    return running
  }

  shoal(profile: string, ...args: string[]): Running {
    return this.#run('shoal.js', ['--profile', this.path(profile), ...args])
  }

  startDaemon(profile: string, ...args: string[]): Running {
    return this.#run('daemon.js', this.#daemonArgs(profile, args))
  }

  #daemonArgs(profile: string, args: readonly string[]): string[] {
    const downloads = this.path(`${profile}-downloads`)
    return ['--profile', this.path(profile), '--download-dir', downloads, '--headless', ...args]
  }

  /** Starts a daemon and waits until it is ready. */
  async daemon(profile: string, ...args: string[]): Promise<Running> {
    const running = this.startDaemon(profile, ...args)
    await running.says(/^ready /m)
    return running
  }

  /** Starts a daemon (again) and connects to it. */
  async peer(profile: string, ...args: string[]): Promise<Peer> {
    return this.#connected(profile, await this.daemon(profile, ...args))
  }

  /** The same on a machine of its own; its network mode is among `args`. */
  async peerOn(host: NetHost, profile: string, ...args: string[]): Promise<Peer> {
    const running = this.#run('daemon.js', this.#daemonArgs(profile, args), host)
    await running.says(/^ready /m)
    return this.#connected(profile, running)
  }

  async #connected(profile: string, running: Running): Promise<Peer> {
    const client = await this.client(profile)
    this.#clients.push(client)
    const { peer: id, listening: addresses } = await client.api.status()
    const downloads = this.path(`${profile}-downloads`)
    mkdirSync(downloads, { recursive: true })
    return { running, profile, api: client.api, id, addresses, downloads }
  }

  /** Runs a command to its end. */
  async run(profile: string, ...args: string[]): Promise<Ended & { out: string; err: string }> {
    const running = this.shoal(profile, ...args)
    const ended = await running.ended
    return { ...ended, out: running.out, err: running.err }
  }

  async client(profile: string): Promise<DaemonConnection> {
    const connection = await connectToDaemon(this.path(profile))
    if (connection === undefined) throw new Error(`no daemon answers in ${profile}`)
    return connection
  }

  async clear(): Promise<void> {
    for (const client of this.#clients) client.close()
    for (const running of this.#running) {
      if (running.child.exitCode === null && running.child.signalCode === null) running.kill('SIGKILL')
    }
    await Promise.all(this.#running.map((running) => running.ended))
    rmSync(this.folder, { recursive: true, force: true })
  }
}
