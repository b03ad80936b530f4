/** The door of the window over real sockets: its files, its headers, the exchange of a token for a session, and uploads. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Door, openTcpDoor } from '../../../main/daemon/listen.ts'
import { MAX_BODY_BYTES } from '../../../main/daemon/read-body.ts'
import { RpcServer } from '../../../main/daemon/rpc-server.ts'
import { type WindowParts, windowParts } from '../../../main/daemon/window.ts'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { TOKEN } from '../../contract/support/transports.ts'
import { headerOf, rawRequest } from './support/raw-http.ts'

const INDEX = '<!doctype html><title>Shoal</title>'
let ground = ''
let door: Door
let window: WindowParts
let rpc: RpcServer
let port = 0

beforeAll(async () => {
  ground = mkdtempSync(join(tmpdir(), 'shoal-door-'))
  const folder = join(ground, 'ui')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  mkdirSync(join(folder, '.vite'))
  writeFileSync(join(folder, 'index.html'), INDEX)
  writeFileSync(join(folder, 'assets/index-Ab1_-.js'), 'export {}')
  writeFileSync(join(folder, 'assets/empty.css'), '')
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
  writeFileSync(join(folder, 'notes.txt'), 'not for the window')
  writeFileSync(join(folder, 'with space.js'), '')
  writeFileSync(join(ground, 'daemon.json'), 'secret')
  const double = new EngineDouble()
  window = windowParts({
    folder,
    profileDir: join(ground, 'profile'),
    downloadDir: ground,
    allowPaths: [],
    api: double,
    restart: async () => {},
  })
  await window.start()
  rpc = new RpcServer(double, openLogger({ level: 'silent' }).logger, window.shell)
  door = await openTcpDoor(0, {
    rpc,
    token: TOKEN,
    allowOrigins: [],
    metrics: () => double.metrics(),
    page: window.page,
    address: () => window.address(port),
  })
  port = door.port ?? 0
})
afterAll(async () => {
  await rpc.stop()
  await door.close()
  await window.stop()
  rmSync(ground, { recursive: true })
})

const host = () => `Host: 127.0.0.1:${port}`
const origin = () => `Origin: http://127.0.0.1:${port}`
const close = 'Connection: close'
const get = (target: string, ...more: string[]) => rawRequest(port, [`GET ${target} HTTP/1.1`, host(), close, ...more])

function post(target: string, body: string, ...more: string[]) {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  return rawRequest(port, [`POST ${target} HTTP/1.1`, host(), close, length, ...more], body)
}

async function mint(): Promise<string> {
  return (await window.address(port))?.split('#t=')[1] ?? ''
}

const redeem = (body: string, ...more: string[]) =>
  post('/session', body, 'Content-Type: application/json', ...(more.length > 0 ? more : [origin()]))

/** The two headers of a session. */
async function session(): Promise<string[]> {
  const answer = await redeem(JSON.stringify({ token: await mint() }))
  const cookie = headerOf(answer, 'set-cookie')?.split(';')[0]
  return [`Cookie: ${cookie}`, `X-Shoal-Page: ${JSON.parse(answer.body).pageKey}`]
}

describe('the files of the window', () => {
  test('[DA20] the first page is never kept, what is named by its content always, the rest is asked for again', async () => {
    const index = await get('/')
    expect(index).toMatchObject({ status: 200, body: INDEX })
    expect(headerOf(index, 'cache-control')).toBe('no-store')
    expect(headerOf(index, 'content-type')).toBe('text/html; charset=utf-8')
    const script = await get('/assets/index-Ab1_-.js')
    expect(script).toMatchObject({ status: 200, body: 'export {}' })
    expect(headerOf(script, 'content-type')).toBe('text/javascript; charset=utf-8')
    expect(headerOf(script, 'cache-control')).toContain('immutable')
    const icon = await get('/icon.svg')
    expect(headerOf(icon, 'cache-control')).toBe('no-cache')
    const again = await get('/icon.svg', `If-None-Match: ${headerOf(icon, 'etag')}`)
    expect(again).toMatchObject({ status: 304, body: '' })
    expect(await get('/assets/empty.css')).toMatchObject({ status: 200, body: '' })
  })

  test('[DA20] HEAD is the head only', async () => {
    const answer = await rawRequest(port, ['HEAD / HTTP/1.1', host(), close])
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(headerOf(answer, 'content-length')).toBe(String(INDEX.length))
  })

  test.each([
    '/../daemon.json',
    '/assets/../../daemon.json',
    '/%2e%2e/daemon.json',
    '/..%2fdaemon.json',
    '/..\\daemon.json',
    '//etc/passwd',
    '/notes.txt',
    '/with%20space.js',
    '/index.html',
    '/assets/',
    '/assets',
    '/ui/index.html',
    '/icon.svg/',
    '/icon.svg?x',
    '/.vite/',
  ])('[DA20] nothing else is there: %s', async (target) => {
    const answer = await get(target)
    expect(answer.status).toBe(401)
    expect(answer.body).not.toMatch(/secret|svg\/|doctype/)
  })

  test('[DA20] a build made meanwhile is served from the next page on', async () => {
    const folder = join(ground, 'ui')
    writeFileSync(join(folder, 'assets/later-1.js'), 'later')
    expect((await get('/assets/later-1.js')).status).toBe(401)
    utimesSync(join(folder, 'index.html'), new Date(), new Date(Date.now() + 5_000))
    await get('/')
    expect(await get('/assets/later-1.js')).toMatchObject({ status: 200, body: 'later' })
  })

  test('[DA23] headers allow what the window is made of, nothing inline, no frame, no other site', async () => {
    for (const target of ['/', '/icon.svg', '/assets/index-Ab1_-.js']) {
      const answer = await get(target)
      const policy = headerOf(answer, 'content-security-policy')?.split('; ')
      expect(policy).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        `connect-src 'self' ws://127.0.0.1:${port}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ])
    }
    for (const answer of [await get('/'), await get('/nothing'), await get('/session'), await redeem('{}')]) {
      expect(headerOf(answer, 'x-frame-options')).toBe('DENY')
      expect(headerOf(answer, 'x-content-type-options')).toBe('nosniff')
      expect(headerOf(answer, 'referrer-policy')).toBe('no-referrer')
      expect(headerOf(answer, 'cross-origin-opener-policy')).toBe('same-origin')
      expect(headerOf(answer, 'cross-origin-resource-policy')).toBe('same-origin')
      expect(headerOf(answer, 'permissions-policy')).toContain('camera=()')
      expect(headerOf(answer, 'content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/)
      expect(answer.head.toLowerCase()).not.toContain('access-control-')
      expect(answer.head.toLowerCase()).not.toMatch(/^server:|^x-powered-by:/m)
    }
  })

  test('[DA23] the policy names the Host by which the page was asked for', async () => {
    const answer = await rawRequest(port, ['GET / HTTP/1.1', `Host: localhost:${port}`, close])
    expect(headerOf(answer, 'content-security-policy')).toContain(`ws://localhost:${port}`)
  })
})

describe('a session', () => {
  test('[DA21] [DA22] a token becomes a cookie that no script reads and no other site sends, and a page key; once', async () => {
    const token = await mint()
    const answer = await redeem(JSON.stringify({ token }))
    expect(answer.status).toBe(200)
    expect(headerOf(answer, 'set-cookie')).toMatch(
      new RegExp(`^shoal-${port}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    expect(JSON.parse(answer.body)).toEqual({ pageKey: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const second = await redeem(JSON.stringify({ token }))
    expect(second.status).toBe(401)
    expect(headerOf(second, 'set-cookie')).toBeUndefined()
  })

  test('[DA21] from another origin a token is refused, and stays good for its own page', async () => {
    const token = await mint()
    const body = JSON.stringify({ token })
    for (const from of [
      'Origin: https://evil.example',
      'Origin: null',
      `Origin: http://localhost:${port}`,
      'X: no origin',
    ])
      expect((await redeem(body, from)).status).toBe(403)
    expect((await redeem(body, origin(), 'Sec-Fetch-Site: same-origin')).status).toBe(200)
  })

  test.each([
    ['no JSON', 'token'],
    ['no token', '{}'],
    ['a token that is none', '{"token":7}'],
    ['a list', '[]'],
    ['nothing', ''],
    ['the token of the daemon', JSON.stringify({ token: TOKEN })],
  ])('[DA21] %s opens nothing', async (_name, body) => {
    const answer = await redeem(body)
    expect(answer.status).toBe(401)
    expect(headerOf(answer, 'set-cookie')).toBeUndefined()
  })

  test('[DA21] a body beyond its bound is refused and its connection closed, however it comes', async () => {
    const long = JSON.stringify({ token: await mint(), more: 'x'.repeat(MAX_BODY_BYTES) })
    expect((await redeem(long)).status).toBe(413)
    const chunked = [
      'POST /session HTTP/1.1',
      host(),
      origin(),
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]
    const endless = `${'400\r\n'}${'x'.repeat(0x400)}\r\n400\r\n${'x'.repeat(0x400)}\r\n`
    const answer = await rawRequest(port, chunked, endless)
    expect(answer.status).toBe(413)
    expect(headerOf(answer, 'connection')).toBe('close')
  })

  test('[DA10] a body that nobody asked for is not read', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    const closed = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (data) => {
        text += data.toString('latin1')
      })
      socket.on('close', () => resolve(text))
    })
    socket.write(`GET / HTTP/1.1\r\n${host()}\r\nContent-Length: 1000000000000\r\n\r\n`)
    expect(await closed).toMatch(/^HTTP\/1\.1 200/)
  })

  test('[DA22] opens the contract, with the commands of the shell, for its own page only', async () => {
    const [cookie = '', key = ''] = await session()
    const upgrade = (...more: string[]) =>
      rawRequest(port, [
        'GET /rpc HTTP/1.1',
        host(),
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ...more,
      ])
    const protocol = `Sec-WebSocket-Protocol: shoal.v1, shoal.page.${key.split(': ')[1]}`
    const opened = await upgrade(cookie, protocol, origin())
    expect(opened.status).toBe(101)
    expect(headerOf(opened, 'sec-websocket-protocol')).toBe('shoal.v1')
    expect((await upgrade(cookie, protocol)).status).toBe(403)
    expect((await upgrade(cookie, protocol, 'Origin: https://evil.example')).status).toBe(403)
    expect((await upgrade(cookie, protocol, 'Origin: app://shoal')).status).toBe(403)
    expect((await upgrade(cookie, 'Sec-WebSocket-Protocol: shoal.v1', origin())).status).toBe(401)
    expect((await upgrade(protocol, origin())).status).toBe(401)
  })

  test('[DA22] says of itself whether it is open', async () => {
    const mine = await session()
    expect(JSON.parse((await get('/session', ...mine)).body)).toMatchObject({
      session: 'open',
      capabilities: { kind: 'browser', platform: process.platform, drops: 'upload' },
    })
    expect(JSON.parse((await get('/session')).body)).toEqual({ session: 'none' })
    const stale = `Cookie: shoal-${port}=${'0'.repeat(64)}`
    expect(JSON.parse((await get('/session', stale)).body)).toEqual({ session: 'expired' })
  })

  test('[DA21] addresses are given to who holds the token, and to no page', async () => {
    const bearer = `Authorization: Bearer ${TOKEN}`
    expect(JSON.parse((await post('/address', '', bearer)).body).address).toMatch(
      new RegExp(`^http://127\\.0\\.0\\.1:${port}/#t=[0-9a-f]{64}$`),
    )
    expect((await post('/address', '', ...(await session()), origin())).status).toBe(404)
    expect((await get('/metrics', ...(await session()), origin())).status).toBe(404)
  })
})

describe('an upload', () => {
  test('[DA25] needs a session, its own page and the page key, and a place that was made for it', async () => {
    const [cookie = '', key = ''] = await session()
    const id = await window.shell.beginUpload(5)
    const target = `/upload/${id}/hello%20there.txt`
    expect((await post(target, 'hello', cookie, origin())).status).toBe(401)
    expect((await post(target, 'hello', key, origin())).status).toBe(401)
    expect((await post(target, 'hello', cookie, key)).status).toBe(403)
    expect((await post(target, 'hello', cookie, key, 'Origin: https://evil.example')).status).toBe(403)
    expect((await post(target, 'hello', `Authorization: Bearer ${TOKEN}`)).status).toBe(404)
    expect((await post(`/upload/${'0'.repeat(32)}/x`, 'hello', cookie, key, origin())).status).toBe(404)
    expect((await post(target, 'hello', cookie, key, origin())).status).toBe(200)
    expect(readFileSync(await window.shell.finishUpload(id), 'utf8')).toBe('hello')
  })

  test.each(['..%2f..%2fdaemon.json', '%2e%2e/%2e%2e/daemon.json', '../../daemon.json', 'a%00b', '%ff', ''])(
    '[DA25] writes nowhere else: %s',
    async (path) => {
      const mine = await session()
      const id = await window.shell.beginUpload(5)
      const answer = await post(`/upload/${id}/${path}`, 'hello', ...mine, origin())
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'BAD_INPUT' })
      expect(readFileSync(join(ground, 'daemon.json'), 'utf8')).toBe('secret')
      await window.shell.abortUpload(id)
    },
  )

  test('[DA25] that is cut off leaves nothing behind', async () => {
    const mine = await session()
    const id = await window.shell.beginUpload(1_000_000)
    const unfinished = join(ground, 'profile/uploads', `.unfinished-${id}`)
    const socket = connect(port, '127.0.0.1')
    socket.write(
      [`POST /upload/${id}/d/big HTTP/1.1`, host(), origin(), ...mine, 'Content-Length: 1000000', '', 'beginning'].join(
        '\r\n',
      ),
    )
    await expect.poll(() => existsSync(join(unfinished, 'd/big')), { timeout: 30_000 }).toBe(true)
    socket.destroy()
    await expect
      .poll(() => readdirSync(join(ground, 'profile/uploads')), { timeout: 30_000 })
      .not.toContain(`.unfinished-${id}`)
    await expect(window.shell.finishUpload(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
