/**
 * The packed app without Electron: what is in it, what is not, its fuses; its smoke test and its engine run by plain Node
 * (with the ciphers of Electron) from the extracted archive, a file moved from one engine to another, the contract over a
 * real port. Packing is Linux's here; the release workflow packs for the others and starts the app itself.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { MessageChannel, Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { connectToDaemon } from '../../cli/client.ts'
import type { FromEngine } from '../../main/electron/engine/messages.ts'
import { loadIdentity } from '../../main/engine/network/identity.ts'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { connectOverPort } from '../../shared/contract/port-client.ts'
import { nodePort } from '../contract/support/transports.ts'
import { fusesOf, type Packed, pack } from './support/packed.ts'

const SHIM = fileURLToPath(new URL('support/utility-process.mjs', import.meta.url))
const CIPHERS = fileURLToPath(new URL('../support/electron-crypto.mjs', import.meta.url))

describe.runIf(process.platform === 'linux')('the packed app', () => {
  let folder: string
  let packed: Packed
  const children: ChildProcess[] = []
  const workers: Worker[] = []
  const program = (name: string) => join(packed.extracted, 'electron', name)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shoal-packed-'))
    packed = await pack(folder)
  }, 240_000)
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  describe('holds', () => {
    it('[EL29] the bundles, the window and the native modules with their needs, and nothing else', async () => {
      const tops = new Set(packed.files.map((file) => file.split('/')[0]))
      expect([...tops].sort()).toEqual(['electron', 'node_modules', 'package.json', 'ui'])
      for (const needed of [
        'electron/main.cjs',
        'electron/preload.cjs',
        'electron/engine.js',
        'electron/smoke.js',
        'electron/hash-worker.js',
        'electron/THIRD-PARTY-LICENSES',
        'ui/index.html',
      ]) {
        expect(packed.files).toContain(needed)
      }
      expect(packed.files.filter((file) => /\.(ts|tsx|map|c|h|cc)$|\/test\//.test(file))).toEqual([])
      const packages = packed.files.filter((file) => /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file))
      expect(packages.filter((file) => /libp2p\/|electron|react|zod|libp2p-quic\//.test(file))).toEqual([])
      expect((await stat(join(packed.app, 'resources/app.asar'))).size).toBeLessThan(25e6)
    })

    it('[EL29] native modules outside the archive, of this system only', async () => {
      const natives = packed.files.filter((file) => file.endsWith('.node'))
      expect(natives.some((file) => file.includes(`sodium-native/prebuilds/linux-${process.arch}/`))).toBe(true)
      expect(natives.filter((file) => /darwin|win32|android|ios/.test(file))).toEqual([])
      for (const native of natives) {
        expect((await stat(join(packed.app, 'resources/app.asar.unpacked', native))).size).toBeGreaterThan(1_000)
      }
    })

    it('[EL29] a program with the fuses of the configuration; WebAssembly keeps its trap handlers', async () => {
      // In the order of @electron/fuses: run-as-node, cookie encryption, NODE_OPTIONS, inspect, asar integrity, only asar,
      // snapshot, file: privileges, wasm trap handlers.
      expect(fusesOf(await readFile(join(packed.app, 'shoal')))).toBe('010011001')
    })

    it('[EL26] no address of releases, since nobody said where they are', async () => {
      expect(parse(await readFile(join(packed.app, 'resources/app-update.yml'), 'utf8'))).not.toHaveProperty('provider')
      const manifest = JSON.parse(await readFile(join(packed.extracted, 'package.json'), 'utf8'))
      expect(manifest).toMatchObject({ main: 'electron/main.cjs', type: 'module', desktopName: 'shoal.desktop' })
      expect(manifest).not.toHaveProperty('homepage')
    })
  })

  describe('loads', () => {
    const requires = async (name: string) => {
      const code = await readFile(program(name), 'utf8')
      return {
        code,
        names: [...code.matchAll(/\brequire\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(([, found = '']) => found),
      }
    }

    it('[EL3] in the preload script Electron, and nothing else in any way', async () => {
      const { code: commented, names } = await requires('preload.cjs')
      const code = commented.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      expect(names).toEqual(['electron'])
      expect(code).not.toMatch(/\bimport\s*\(|\bimport\.meta|\bprocess\b|^\s*import\s/m)
      expect(code.match(/\brequire\b/g)).toHaveLength(1)
    })

    it('[EL29] in the main process Electron, Node and its own parts', async () => {
      const { names } = await requires('main.cjs')
      const foreign = names.filter(
        (name) => !builtinModules.includes(name.replace(/^node:/, '')) && !name.startsWith('./'),
      )
      expect([...new Set(foreign)]).toEqual(['electron'])
      for (const own of names.filter((name) => name.startsWith('./')))
        expect(packed.files).toContain(`electron/${own.slice(2)}`)
    })
  })

  describe('by plain Node', () => {
    interface Child {
      readonly child: ChildProcess
      readonly said: FromEngine[]
      readonly heard: (type: FromEngine['type']) => Promise<FromEngine>
    }

    function engine(name = 'engine.js'): Child {
      const child = fork(SHIM, [pathToFileURL(program(name)).href], {
        execArgv: [`--import=${CIPHERS}`],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        cwd: folder,
      })
      children.push(child)
      const said: FromEngine[] = []
      child.on('message', (message) => said.push(message as FromEngine))
      const heard = async (type: FromEngine['type']) => {
        for (;;) {
          const found = said.find((message) => message.type === type)
          if (found !== undefined) return found
          await Promise.race([
            once(child, 'message'),
            once(child, 'exit').then(([code]) => {
              if (!said.some((message) => message.type === type))
                throw new Error(`ended with ${code}: ${JSON.stringify(said)}`)
            }),
          ])
        }
      }
      return { child, said, heard }
    }

    const profile = (name: string) => join(folder, name)
    const start = (name: string, more = {}) => ({
      type: 'start',
      start: { profileDir: profile(name), network: 'local', logLevel: 'info', ...more },
    })

    async function until(api: EngineApi, wanted: (share: ShareSummary) => boolean): Promise<ShareSummary> {
      for await (const event of api.subscribe()) {
        const shares =
          event.type === 'snapshot'
            ? event.value.shares
            : event.value.changes.flatMap((change) => (change.type === 'share' ? [change.value] : []))
        const found = shares.find(wanted)
        if (found !== undefined) return found
      }
      throw new Error('the subscription ended')
    }

    it('[EL28] its smoke test passes, as JSON, and fails with 1 where it cannot work', async () => {
      const run = promisify(execFile)
      const good = join(folder, 'smoke')
      await mkdir(good)
      const { stdout } = await run(process.execPath, [`--import=${CIPHERS}`, program('smoke.js'), good])
      const report = JSON.parse(stdout)
      expect(report.checks.map(({ name }: { name: string }) => name)).toEqual([
        'sqlite',
        'native cipher',
        'transports',
        'transfer',
      ])
      expect(report).toMatchObject({ ok: true })
      await writeFile(join(folder, 'a-file'), '')
      const failure = await run(process.execPath, [program('smoke.js'), join(folder, 'a-file')]).catch(
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ code: 1 })
      expect(JSON.parse((failure as { stdout: string }).stdout).ok).toBe(false)
    })

    it('[EL17] its engine is a daemon: a file moves from one to another, commanded over their sockets; both stop in order', async () => {
      const giver = engine()
      const taker = engine()
      giver.child.send(start('giver'))
      taker.child.send(start('taker'))
      await Promise.all([giver.heard('started'), taker.heard('started')])
      const [from, to] = await Promise.all([connectToDaemon(profile('giver')), connectToDaemon(profile('taker'))])
      if (from === undefined || to === undefined) throw new Error('no daemon.json')
      const bytes = Buffer.alloc(5 * 1024 * 1024 + 17, 'shoal ')
      await writeFile(join(folder, 'moved.bin'), bytes)
      await from.api.importPath({ path: join(folder, 'moved.bin') })
      const { link, root } = await until(from.api, ({ name, state }) => name === 'moved.bin' && state === 'seeding')
      await to.api.openLink({ link })
      const destination = join(folder, 'downloads')
      await mkdir(destination)
      await to.api.start({ root, destination })
      await until(to.api, (share) => share.root === root && share.state === 'seeding')
      expect((await readFile(join(destination, 'moved.bin'))).equals(bytes)).toBe(true)
      from.close()
      to.close()
      for (const { child, heard } of [giver, taker]) {
        const ended = once(child, 'exit')
        child.send({ type: 'stop' })
        await heard('stopped')
        expect((await ended)[0]).toBe(0)
      }
      expect(await readdir(profile('giver'))).not.toContain('daemon.json')
    })

    it('[EL18] a second engine of a profile says who has it, and ends', async () => {
      const first = engine()
      first.child.send(start('shared'))
      await first.heard('started')
      const second = engine()
      const ended = once(second.child, 'exit')
      second.child.send(start('shared'))
      expect(await second.heard('failed')).toMatchObject({
        code: 'PROFILE_BUSY',
        message: expect.stringContaining(String(first.child.pid)),
      })
      expect((await ended)[0]).toBe(1)
    })

    it('[EL30] with a key from its port it is that peer, and no key file is made', async () => {
      const elsewhere = profile('elsewhere')
      await loadIdentity(elsewhere)
      const identity = new Uint8Array(await readFile(join(elsewhere, 'identity.key')))
      const { child, heard } = engine()
      child.send(start('keyless', { identity }))
      await heard('started')
      const daemon = await connectToDaemon(profile('keyless'))
      const { peer } = (await daemon?.api.status()) ?? {}
      daemon?.close()
      expect((await readdir(profile('keyless'))).filter((name) => name.startsWith('identity'))).toEqual([])
      const { peerIdFromPrivateKey } = await import('@libp2p/peer-id')
      expect(peer).toBe(peerIdFromPrivateKey(await loadIdentity(elsewhere)).toString())
    })

    it('[EL20] serves the contract on a real port that was sent before it ran, and says when it was used', async () => {
      const worker = new Worker(SHIM, { workerData: { program: pathToFileURL(program('engine.js')).href } })
      workers.push(worker)
      const said: FromEngine[] = []
      worker.on('message', (message) => said.push(message))
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ message: { type: 'port', id: 7 }, ports: [port1] }, [port1])
      worker.postMessage({ message: start('ported'), ports: [] })
      const { api, closed } = await connectOverPort(nodePort(port2))
      const status = await api.status()
      expect(status).toMatchObject({ network: 'local', profile: profile('ported') })
      await expect(api.start({ root: 'nothing' })).rejects.toMatchObject({ code: expect.any(String) })
      expect(said).toContainEqual({ type: 'started' })
      expect(said).toContainEqual({ type: 'port-used', id: 7 })
      const ended = once(worker, 'exit')
      worker.postMessage({ message: { type: 'stop' }, ports: [] })
      await closed
      expect((await ended)[0]).toBe(0)
      expect(said.at(-1)).toEqual({ type: 'stopped' })
    })

    it('[EL17] outside the app the engine says so and ends', async () => {
      const failure = await promisify(execFile)(process.execPath, [program('engine.js')]).catch(
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ code: 2, stderr: expect.stringContaining('started by Shoal itself') })
    })
  })
})
