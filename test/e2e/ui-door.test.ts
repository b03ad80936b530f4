/**
 * The door of the window as real processes have it: `shoal open` gives an address, the address gives a session, and what
 * the window asks of the shell happens. Attacks are sent as bytes to the daemon that was built.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DaemonClient } from '../../shared/shell/shell-contract.ts'
import { headerOf, rawRequest } from '../unit/daemon/support/raw-http.ts'
import { Ground } from './support/daemon.ts'
import { connectPage, oneTimeAddress, openPage, type PageSession, redeem, sessionState } from './support/page.ts'

let ground: Ground
const connections: { close(): void }[] = []
beforeEach(() => {
  ground = new Ground()
})
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close()
  await ground.clear()
})

async function connect(page: PageSession): Promise<DaemonClient> {
  const connection = await connectPage(page)
  connections.push(connection)
  return connection.client
}

describe('the address of the window', () => {
  test('[DA21] [CL13] is given by `shoal open`, works once, and is in no log', async () => {
    const daemon = await ground.daemon('one')
    const { port, token } = await oneTimeAddress(ground, 'one')
    const first = await redeem(port, token)
    expect(first.status).toBe(200)
    expect((await redeem(port, token)).status).toBe(401)
    const again = await oneTimeAddress(ground, 'one')
    expect(again).not.toEqual({ port, token })
    expect((await redeem(port, again.token, 'https://evil.example')).status).toBe(403)
    daemon.kill('SIGTERM')
    await daemon.ended
    const logs = readdirSync(ground.path('one', 'logs')).map((name) =>
      readFileSync(ground.path('one', 'logs', name), 'utf8'),
    )
    const secrets = [token, again.token, /=([0-9a-f]{64})/.exec(headerOf(first, 'set-cookie') ?? '')?.[1] ?? 'none']
    for (const secret of secrets) expect(logs.join() + daemon.out + daemon.err).not.toContain(secret)
  })

  test('[DA27] a start with a window while a daemon runs opens a window on that one', async () => {
    const first = await ground.daemon('one')
    const second = ground.startDaemon('one', '--print-address')
    expect((await second.ended).code).toBe(0)
    expect(second.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/#t=[0-9a-f]{64}/)
    expect(first.child.exitCode).toBeNull()
  })

  test('[DA27] a headless start prints it for programs', async () => {
    const daemon = await ground.daemon('one', '--print-address')
    expect(await daemon.says(/^address http:\/\/127\.0\.0\.1:\d+\/#t=[0-9a-f]{64}$/m)).toBeDefined()
  })

  test('[CL13] without a daemon, `shoal open` says how to start one', async () => {
    const { code, err } = await ground.run('one', 'open')
    expect(code).toBe(3)
    expect(err).toContain('shoal daemon --open')
  })
})

describe('a session', () => {
  test('[DA22] [DA28] ends with its daemon; the next one is found at the same port and says so', async () => {
    const first = await ground.daemon('one')
    const page = await openPage(ground, 'one')
    expect(await sessionState(page)).toBe('open')
    first.kill('SIGKILL')
    await first.ended
    await ground.daemon('one')
    expect(await sessionState(page)).toBe('expired')
    await expect(connect(page)).rejects.toThrow('401')
  })

  test('[DA22] of one profile opens nothing of another, whose cookie it is sent along with', async () => {
    await Promise.all([ground.daemon('one'), ground.daemon('two')])
    const [one, two] = [await openPage(ground, 'one'), await openPage(ground, 'two')]
    const both = `${one.cookie}; ${two.cookie}`
    expect(await sessionState({ ...one, cookie: both })).toBe('open')
    expect(await sessionState({ ...two, cookie: one.cookie })).toBe('none')
    expect(await sessionState({ ...two, cookie: both, pageKey: one.pageKey })).toBe('none')
  })

  test('[DA26] outlives an engine that is started anew, whose data are the same', async () => {
    writeFileSync(ground.path('file.bin'), 'hello')
    await ground.daemon('one')
    await ground.run('one', 'share', ground.path('file.bin'))
    const page = await openPage(ground, 'one')
    const client = await connect(page)
    const before = await client.status()
    const [share] = await client.shares()
    await client.shell.restartEngine()
    const after = await client.status()
    expect(after.peer).toBe(before.peer)
    expect(after.startedAt).toBeGreaterThan(before.startedAt)
    expect((await client.shares()).map(({ root }) => root)).toEqual([share?.root])
    expect(await sessionState(page)).toBe('open')
    expect((await ground.run('one', 'ls', '--json')).out).toContain(share?.root)
  })

  test('[DA26] may end the daemon', async () => {
    const daemon = await ground.daemon('one')
    const client = await connect(await openPage(ground, 'one'))
    await client.shell.quit()
    expect((await daemon.ended).code).toBe(0)
    expect(existsSync(ground.path('one', 'daemon.json'))).toBe(false)
  })
})

describe('files', () => {
  test('[DA25] that were copied are shared from there, and go with the data of their share', async () => {
    await ground.daemon('one')
    const page = await openPage(ground, 'one')
    const client = await connect(page)
    const { upload } = await client.shell.beginUpload({ totalBytes: 5 })
    const answer = await rawRequest(
      page.port,
      [
        `POST /upload/${upload}/My%20folder/hello.txt HTTP/1.1`,
        `Host: 127.0.0.1:${page.port}`,
        `Origin: http://127.0.0.1:${page.port}`,
        `Cookie: ${page.cookie}`,
        `X-Shoal-Page: ${page.pageKey}`,
        'Content-Length: 5',
        'Connection: close',
      ],
      'hello',
    )
    expect(answer.status).toBe(200)
    const { path } = await client.shell.finishUpload({ upload })
    expect(path).toBe(ground.path('one', 'uploads', upload, 'My folder'))
    await client.importPath({ path })
    await expect.poll(async () => (await client.shares())[0]?.name, { timeout: 30_000 }).toBe('My folder')
    const root = (await client.shares())[0]?.root ?? ''
    await client.remove({ root, withData: false })
    expect(existsSync(path)).toBe(true)
    await client.importPath({ path })
    await expect.poll(async () => (await client.shares()).length, { timeout: 30_000 }).toBe(1)
    await client.remove({ root, withData: true })
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(ground.path('one', 'uploads'))).toEqual([])
  })

  test('[DA25] that are shared in place stay, whatever is removed', async () => {
    await ground.daemon('one')
    writeFileSync(ground.path('mine.txt'), 'mine')
    await ground.run('one', 'share', ground.path('mine.txt'))
    const client = await connect(await openPage(ground, 'one'))
    await client.remove({ root: (await client.shares())[0]?.root ?? '', withData: true })
    expect(readFileSync(ground.path('mine.txt'), 'utf8')).toBe('mine')
  })

  test('[DA24] are listed in the download folder and where `--allow-path` says, and nowhere else', async () => {
    mkdirSync(ground.path('one-downloads'))
    mkdirSync(ground.path('allowed'))
    writeFileSync(ground.path('allowed', 'x'), '')
    await ground.daemon('one', '--allow-path', ground.path('allowed'))
    const client = await connect(await openPage(ground, 'one'))
    const roots = (await client.shell.listFolder({})).entries.map(({ name }) => name)
    expect(roots).toEqual(expect.arrayContaining([ground.path('one-downloads'), ground.path('allowed')]))
    const listed = await client.shell.listFolder({ path: ground.path('allowed') })
    expect(listed.entries.map(({ name }) => name)).toEqual(['x'])
    await expect(client.shell.listFolder({ path: ground.path('one') })).rejects.toMatchObject({
      data: { code: 'NOT_ALLOWED' },
    })
    await expect(client.shell.listFolder({ path: '/' })).rejects.toMatchObject({ data: { code: 'NOT_ALLOWED' } })
  })
})
