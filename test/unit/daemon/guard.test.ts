/** The attack matrix of the TCP door: Host x Origin x token x method x target, judged purely, then the same over real sockets. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GuardRules, judge, type RequestFacts } from '../../../main/daemon/guard.ts'
import { type Door, openTcpDoor, rulesFor } from '../../../main/daemon/listen.ts'
import { RpcServer } from '../../../main/daemon/rpc-server.ts'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { TOKEN } from '../../contract/support/transports.ts'

const PORT = 4711
const rules: GuardRules = rulesFor({ port: PORT }, { token: TOKEN, allowOrigins: ['http://127.0.0.1:5173'] })

const hosts: [string, string[], boolean][] = [
  ['own address', ['127.0.0.1:PORT'], true],
  ['localhost', ['localhost:PORT'], true],
  ['a name that was rebound', ['evil.example:PORT'], false],
  ['no port', ['127.0.0.1'], false],
  ['another port', ['127.0.0.1:1'], false],
  ['another loopback address', ['127.0.0.2:PORT'], false],
  ['a suffix', ['127.0.0.1:PORT.evil.example'], false],
  ['upper case', ['LOCALHOST:PORT'], false],
  ['none', [], false],
  ['two', ['127.0.0.1:PORT', 'evil.example'], false],
]
const origins: [string, string[], boolean][] = [
  ['none', [], true],
  ['own', ['http://127.0.0.1:PORT'], true],
  ['the app', ['app://shoal'], true],
  ['one that was allowed', ['http://127.0.0.1:5173'], true],
  ['a web page', ['https://evil.example'], false],
  ['null', ['null'], false],
  ['own host, other scheme', ['https://127.0.0.1:PORT'], false],
  ['own host, other port', ['http://127.0.0.1:80'], false],
  ['a prefix of ours', ['http://127.0.0.1'], false],
  ['two', ['http://127.0.0.1:PORT', 'https://evil.example'], false],
]
const tokens: [string, string | undefined, boolean][] = [
  ['right', `Bearer ${TOKEN}`, true],
  ['none', undefined, false],
  ['wrong', `Bearer ${TOKEN.slice(0, -1)}0`, false],
  ['a prefix', `Bearer ${TOKEN.slice(0, 32)}`, false],
  ['longer', `Bearer ${TOKEN}${TOKEN}`, false],
  ['empty', 'Bearer ', false],
  ['another scheme', `Basic ${TOKEN}`, false],
]
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']
const targets: [string, string, boolean][] = [
  ['/metrics', '/metrics', false],
  ['/rpc', '/rpc', true],
]

function fill(values: readonly string[], port: number): string[] {
  return values.map((value) => value.replace('PORT', String(port)))
}

function facts(over: Partial<RequestFacts>): RequestFacts {
  return {
    method: 'GET',
    url: '/metrics',
    host: [`127.0.0.1:${PORT}`],
    origin: [],
    authorization: [`Bearer ${TOKEN}`],
    protocols: [],
    isUpgrade: false,
    ...over,
  }
}

describe('judge', () => {
  for (const [hostName, host, hostOk] of hosts) {
    test(`[DA10] Host: ${hostName}, with every origin, token, method and target`, () => {
      for (const [originName, origin, originOk] of origins) {
        for (const [tokenName, token, tokenOk] of tokens) {
          for (const method of methods) {
            for (const [target, url, isUpgrade] of targets) {
              const verdict = judge(
                facts({
                  method,
                  url,
                  isUpgrade,
                  host: fill(host, PORT),
                  origin: fill(origin, PORT),
                  authorization: token === undefined ? [] : [token],
                  protocols: isUpgrade ? ['shoal.v1'] : [],
                }),
                rules,
              )
              const shouldAllow = hostOk && originOk && tokenOk && method === 'GET'
              expect(verdict.allow, `${hostName} / ${originName} / ${tokenName} / ${method} ${target}`).toBe(
                shouldAllow,
              )
              if (!verdict.allow) expect(verdict.status).toBeGreaterThanOrEqual(400)
            }
          }
        }
      }
    })
  }

  test.each([
    ['another path', { url: '/' }, 404],
    ['a path below', { url: '/metrics/x' }, 404],
    ['a query', { url: '/metrics?x=1' }, 404],
    ['a whole URL as target', { url: 'http://evil.example/metrics' }, 404],
    ['the token in the URL', { url: `/metrics?token=${TOKEN}`, authorization: [] }, 401],
    ['/rpc without upgrade', { url: '/rpc' }, 426],
    ['/metrics with upgrade', { isUpgrade: true }, 400],
    ['/rpc without our subprotocol', { url: '/rpc', isUpgrade: true, protocols: ['chat'] }, 400],
    ['two Authorization headers', { authorization: [`Bearer ${TOKEN}`, 'Bearer x'] }, 401],
    ['another site without an Origin', { fetchSite: 'cross-site' }, 403],
    ['a sibling site without an Origin', { fetchSite: 'same-site' }, 403],
  ] as [string, Partial<RequestFacts>, number][])('[DA10] %s is refused', (_name, over, status) => {
    expect(judge(facts(over), rules)).toMatchObject({ allow: false, status })
  })

  test('[DA11] a browser may carry the token as a subprotocol, and a wrong one is refused', () => {
    const request = (token: string) =>
      judge(
        facts({ url: '/rpc', isUpgrade: true, authorization: [], protocols: ['shoal.v1', `shoal.token.${token}`] }),
        rules,
      )
    expect(request(TOKEN)).toEqual({ allow: true, what: 'rpc' })
    expect(request('0'.repeat(64))).toMatchObject({ allow: false, status: 401 })
    expect(request('')).toMatchObject({ allow: false, status: 401 })
  })

  test('[DA11] no origin is allowed on the local socket', () => {
    const socketRules = rulesFor('socket', { token: TOKEN, allowOrigins: ['http://127.0.0.1:5173'] })
    expect(judge(facts({ host: ['localhost'] }), socketRules).allow).toBe(true)
    expect(judge(facts({ host: ['localhost'], origin: ['app://shoal'] }), socketRules).allow).toBe(false)
  })
})

describe('the TCP door', () => {
  let door: Door
  let port = 0
  const double = new EngineDouble()
  const rpc = new RpcServer(double, openLogger({ level: 'silent' }).logger)
  beforeAll(async () => {
    door = await openTcpDoor(0, {
      rpc,
      token: TOKEN,
      allowOrigins: ['http://127.0.0.1:5173'],
      metrics: () => double.metrics(),
    })
    port = door.port ?? 0
  })
  afterAll(async () => {
    await rpc.stop()
    await door.close()
  })

  /** Sends exactly these lines and returns the head and body of the answer. */
  function raw(lines: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      let answer = ''
      socket.setTimeout(5_000, () => reject(new Error(`no answer to ${lines[0]}`)))
      socket.on('data', (data) => {
        answer += data.toString('latin1')
        // A WebSocket stays open: its answer is the head.
        if (answer.startsWith('HTTP/1.1 101')) socket.destroy()
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', () => resolve(answer))
      socket.write(`${[...lines, '', ''].join('\r\n')}`)
    })
  }

  test.each(hosts)('[DA10] over a real connection, Host: %s', async (hostName, host, hostOk) => {
    for (const [originName, origin, originOk] of origins) {
      for (const [tokenName, token, tokenOk] of tokens.slice(0, 3)) {
        for (const [target, url, isUpgrade] of targets) {
          const answer = await raw([
            `GET ${url} HTTP/1.1`,
            ...fill(host, port).map((value) => `Host: ${value}`),
            ...fill(origin, port).map((value) => `Origin: ${value}`),
            ...(token === undefined ? [] : [`Authorization: ${token}`]),
            ...(isUpgrade
              ? [
                  'Connection: Upgrade',
                  'Upgrade: websocket',
                  'Sec-WebSocket-Version: 13',
                  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
                  'Sec-WebSocket-Protocol: shoal.v1',
                ]
              : ['Connection: close']),
          ])
          const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
          const what = `${hostName} / ${originName} / ${tokenName} / ${target}`
          if (hostOk && originOk && tokenOk) expect(status, what).toBe(isUpgrade ? 101 : 200)
          else expect(status >= 400 && status < 500, `${what}: ${status}`).toBe(true)
          expect(answer.toLowerCase(), what).not.toContain('access-control-')
          if (status !== 200) expect(answer).not.toContain('shoal_up')
        }
      }
    }
  })

  test.each(methods.slice(1))('[DA10] over a real connection, %s is refused with the right token', async (method) => {
    const answer = await raw([
      `${method} /metrics HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${TOKEN}`,
      'Connection: close',
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/)
    expect(answer.toLowerCase()).not.toContain('access-control-')
  })

  test.each([
    [
      'a preflight',
      [
        'OPTIONS /metrics HTTP/1.1',
        'Host: 127.0.0.1:PORT',
        'Origin: https://evil.example',
        'Access-Control-Request-Method: GET',
        'Connection: close',
      ],
    ],
    [
      'an upgrade to something else',
      [
        'GET /rpc HTTP/1.1',
        'Host: 127.0.0.1:PORT',
        `Authorization: Bearer ${TOKEN}`,
        'Sec-WebSocket-Protocol: shoal.v1',
        'Connection: Upgrade',
        'Upgrade: h2c',
      ],
    ],
    [
      'a head of 20 kB',
      ['GET /metrics HTTP/1.1', 'Host: 127.0.0.1:PORT', `X: ${'x'.repeat(20_000)}`, 'Connection: close'],
    ],
    ['no HTTP', ['\u0016\u0003\u0001']],
    [
      'a target of another host',
      [
        'GET http://evil.example/metrics HTTP/1.1',
        'Host: 127.0.0.1:PORT',
        `Authorization: Bearer ${TOKEN}`,
        'Connection: close',
      ],
    ],
  ])('[DA10] %s is refused with a 4xx', async (_name, lines) => {
    expect(await raw(fill(lines, port))).toMatch(/^HTTP\/1\.1 4\d\d/)
  })

  test('[DA17] /metrics answers in the Prometheus text format, not to be cached', async () => {
    const answer = await raw([
      'GET /metrics HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${TOKEN}`,
      'Connection: close',
    ])
    expect(answer).toContain('text/plain; version=0.0.4')
    expect(answer.toLowerCase()).toContain('cache-control: no-store')
    expect(answer).toContain('shoal_up 1')
  })
})
