/**
 * The attack matrix of the door that serves the window, judged purely: Host x Origin x method x what proves the right
 * (token, cookie with its page key, neither, halves of it) x target x Sec-Fetch x upgrade. Whatever is not the one way that
 * is meant must be a 4xx.
 */
import { describe, expect, test } from 'vitest'
import { type GuardRules, judge, type RequestFacts } from '../../../main/daemon/guard.ts'
import { Sessions } from '../../../main/daemon/sessions.ts'
import { TOKEN } from '../../contract/support/transports.ts'

const PORT = 4711
const HOST = `127.0.0.1:${PORT}`
const ORIGIN = `http://${HOST}`
const DEV = 'http://127.0.0.1:5173'
const UPLOAD = `/upload/${'a'.repeat(32)}/x.bin`

const sessions = new Sessions()
function openSession() {
  const opened = sessions.redeem(sessions.mint())
  if (opened === undefined) throw new Error('a fresh token is good')
  return opened
}
const mine = openSession()
const other = openSession()

const rules: GuardRules = {
  hosts: new Set([HOST, `localhost:${PORT}`]),
  origins: new Set([ORIGIN, `http://localhost:${PORT}`, 'app://shoal', DEV]),
  token: TOKEN,
  page: {
    isAsset: (target) => ['/', '/assets/index-1.js', '/icon.svg'].includes(target),
    cookieName: `shoal-${PORT}`,
    origins: new Set([DEV]),
    sessionOf: (presented) => sessions.stateOf(presented),
  },
}

function facts(over: Partial<RequestFacts>): RequestFacts {
  return {
    method: 'GET',
    url: '/',
    host: [HOST],
    origin: [],
    authorization: [],
    protocols: [],
    isUpgrade: false,
    ...over,
  }
}

const hosts: [string, string[], boolean][] = [
  ['own address', [HOST], true],
  ['localhost', [`localhost:${PORT}`], true],
  ['a name that was rebound', [`evil.example:${PORT}`], false],
  ['a name below localhost', [`shoal.localhost:${PORT}`], false],
  ['the address in another notation', [`2130706433:${PORT}`], false],
  ['IPv6', [`[::1]:${PORT}`], false],
  ['a dot at its end', [`localhost.:${PORT}`], false],
  ['no port', ['127.0.0.1'], false],
  ['none', [], false],
  ['two', [HOST, HOST], false],
]
/** `page`: whether a session may be used, for requests to 127.0.0.1. */
const origins: [string, string[], { listed: boolean; page: boolean }][] = [
  ['none', [], { listed: true, page: false }],
  ['own', [ORIGIN], { listed: true, page: true }],
  ['own of the other name', [`http://localhost:${PORT}`], { listed: true, page: false }],
  ['one that was allowed', [DEV], { listed: true, page: true }],
  ['the desktop app', ['app://shoal'], { listed: true, page: false }],
  ['a web page', ['https://evil.example'], { listed: false, page: false }],
  ['another local server', ['http://127.0.0.1:8080'], { listed: false, page: false }],
  ['null, as of a file or a sandboxed frame', ['null'], { listed: false, page: false }],
  ['own, with https', [`https://${HOST}`], { listed: false, page: false }],
  ['own, twice', [ORIGIN, ORIGIN], { listed: false, page: false }],
]
type Proof = { name: string; over: Partial<RequestFacts>; authority: 'token' | 'session' | 'none' }
const cookie = (secret: string) => [`shoal-${PORT}=${secret}`]
const proofs: Proof[] = [
  { name: 'nothing', over: {}, authority: 'none' },
  { name: 'the token', over: { authorization: [`Bearer ${TOKEN}`] }, authority: 'token' },
  { name: 'a wrong token', over: { authorization: [`Bearer ${'0'.repeat(64)}`] }, authority: 'none' },
  {
    name: 'the cookie and its page key',
    over: { cookie: cookie(mine.secret), pageKey: [mine.pageKey] },
    authority: 'session',
  },
  {
    name: 'the cookie among others',
    over: { cookie: [`a=b; shoal-${PORT}=${mine.secret}; shoal-1=${other.secret}`], pageKey: [mine.pageKey] },
    authority: 'session',
  },
  { name: 'the cookie alone', over: { cookie: cookie(mine.secret) }, authority: 'none' },
  { name: 'the page key alone', over: { pageKey: [mine.pageKey] }, authority: 'none' },
  {
    name: "the cookie and another session's page key",
    over: { cookie: cookie(mine.secret), pageKey: [other.pageKey] },
    authority: 'none',
  },
  { name: 'two page keys', over: { cookie: cookie(mine.secret), pageKey: [mine.pageKey, 'x'] }, authority: 'none' },
  {
    name: 'a second cookie of that name',
    over: { cookie: [`shoal-${PORT}=${mine.secret}; shoal-${PORT}=${'0'.repeat(64)}`], pageKey: [mine.pageKey] },
    authority: 'none',
  },
  {
    name: 'a second cookie line',
    over: { cookie: [...cookie(mine.secret), ...cookie(other.secret)], pageKey: [mine.pageKey] },
    authority: 'none',
  },
  {
    name: 'the cookie under the name of another port',
    over: { cookie: [`shoal-1=${mine.secret}`], pageKey: [mine.pageKey] },
    authority: 'none',
  },
  {
    name: 'a cookie of an earlier daemon',
    over: { cookie: cookie('1'.repeat(64)), pageKey: [mine.pageKey] },
    authority: 'none',
  },
  {
    name: 'a good session and a wrong token',
    over: { cookie: cookie(mine.secret), pageKey: [mine.pageKey], authorization: ['Bearer x'] },
    authority: 'none',
  },
]
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT']

interface Target {
  readonly url: string
  readonly upgrade: boolean
  /** Whether a request with this authority from that kind of origin, and a Host that is ours, is let in. */
  allowed(request: { method: string; authority: Proof['authority']; page: boolean }): boolean
}
const targets: Target[] = [
  { url: '/', upgrade: false, allowed: ({ method }) => method === 'GET' || method === 'HEAD' },
  { url: '/', upgrade: true, allowed: () => false },
  { url: '/assets/index-1.js', upgrade: false, allowed: ({ method }) => method === 'GET' || method === 'HEAD' },
  {
    url: '/session',
    upgrade: false,
    allowed: ({ method, page }) => method === 'GET' || (method === 'POST' && page),
  },
  { url: '/session', upgrade: true, allowed: () => false },
  {
    url: '/rpc',
    upgrade: true,
    allowed: ({ method, authority, page }) =>
      method === 'GET' && (authority === 'token' || (authority === 'session' && page)),
  },
  { url: '/rpc', upgrade: false, allowed: () => false },
  {
    url: UPLOAD,
    upgrade: false,
    allowed: ({ method, authority, page }) => method === 'POST' && authority === 'session' && page,
  },
  { url: UPLOAD, upgrade: true, allowed: () => false },
  { url: '/address', upgrade: false, allowed: ({ method, authority }) => method === 'POST' && authority === 'token' },
  { url: '/metrics', upgrade: false, allowed: ({ method, authority }) => method === 'GET' && authority === 'token' },
]

describe('the door of the window', () => {
  for (const [hostName, host, hostOk] of hosts) {
    test(`[DA10] [DA20] [DA21] [DA22] [DA25] Host: ${hostName}, with every origin, proof, method and target`, () => {
      for (const [originName, origin, { listed, page }] of origins) {
        for (const proof of proofs) {
          for (const method of methods) {
            for (const { url, upgrade, allowed } of targets) {
              const request = facts({
                ...proof.over,
                method,
                url,
                host,
                origin,
                isUpgrade: upgrade,
                contentType: ['application/json'],
                protocols: upgrade ? ['shoal.v1'] : [],
              })
              const verdict = judge(request, rules)
              // The Host's own origin is what counts, so on localhost it is the other one of the two.
              const samePage = host[0] === HOST ? page : origin[0] === `http://${host[0]}` || origin[0] === DEV
              const should =
                hostOk &&
                listed &&
                allowed({ method, authority: proof.authority, page: samePage && origin.length === 1 })
              const what = `${hostName} / ${originName} / ${proof.name} / ${method} ${url} ${upgrade ? 'upgrade' : ''}`
              expect(verdict.allow, what).toBe(should)
              if (!verdict.allow) expect(verdict.status >= 400 && verdict.status < 500, what).toBe(true)
            }
          }
        }
      }
    })
  }

  const session = { cookie: cookie(mine.secret), pageKey: [mine.pageKey], origin: [ORIGIN] }
  test.each([
    ['an encoded letter', '/%69con.svg'],
    ['an encoded slash', '/assets%2findex-1.js'],
    ['dots', '/assets/../icon.svg'],
    ['encoded dots', '/assets/%2e%2e/icon.svg'],
    ['a dot', '/./icon.svg'],
    ['two slashes', '//icon.svg'],
    ['a backslash', '/assets\\index-1.js'],
    ['a query', '/?t=1'],
    ['a fragment', '/#t=1'],
    ['a whole URL', `http://${HOST}/`],
    ['upper case', '/ICON.SVG'],
    ['a NUL', '/icon.svg\0'],
    ['nothing', ''],
    ['a star', '*'],
    ['a file of the machine', '/etc/passwd'],
    ['the daemon’s own file', '/daemon.json'],
    ['a session below', '/session/'],
    ['a session with a query', '/session?x'],
    ['an upload without its slash', '/upload'],
    ['dots before an upload', '/x/../upload/a/b'],
  ])('[DA20] no other target is served, with a session or without: %s', (_name, url) => {
    expect(judge(facts({ url }), rules)).toMatchObject({ allow: false, status: 401 })
    expect(judge(facts({ url, ...session }), rules)).toMatchObject({ allow: false, status: 404 })
    expect(judge(facts({ url, authorization: [`Bearer ${TOKEN}`] }), rules)).toMatchObject({
      allow: false,
      status: 404,
    })
  })

  const page = { fetchMode: 'navigate', fetchDest: 'document' }
  test.each([
    [
      'an image of another site',
      '/icon.svg',
      { fetchSite: 'cross-site', fetchMode: 'no-cors', fetchDest: 'image' },
      403,
    ],
    [
      'a script of another site',
      '/assets/index-1.js',
      { fetchSite: 'cross-site', fetchMode: 'no-cors', fetchDest: 'script' },
      403,
    ],
    [
      'a script of another port',
      '/assets/index-1.js',
      { fetchSite: 'same-site', fetchMode: 'no-cors', fetchDest: 'script' },
      403,
    ],
    [
      'the page in a frame of another site',
      '/',
      { fetchSite: 'cross-site', fetchMode: 'navigate', fetchDest: 'iframe' },
      403,
    ],
    [
      'the page fetched by another site',
      '/',
      { fetchSite: 'cross-site', fetchMode: 'no-cors', fetchDest: 'empty' },
      403,
    ],
    ['a window of another site on something else', '/icon.svg', { fetchSite: 'cross-site', ...page }, 403],
    ['a window of another site on the session', '/session', { fetchSite: 'cross-site', ...page }, 403],
    ['a window of another site, as our redirect file is', '/', { fetchSite: 'cross-site', ...page }, 'asset'],
    ['an address that was typed', '/', { fetchSite: 'none', ...page }, 'asset'],
    [
      'a script of its own page',
      '/assets/index-1.js',
      { fetchSite: 'same-origin', fetchMode: 'cors', fetchDest: 'script' },
      'asset',
    ],
  ] as [string, string, Partial<RequestFacts>, number | string][])('[DA20] %s', (_name, url, over, expected) => {
    const verdict = judge(facts({ url, ...over }), rules)
    if (typeof expected === 'number') expect(verdict).toMatchObject({ allow: false, status: expected })
    else expect(verdict).toEqual({ allow: true, what: expected })
  })

  test('[DA21] a token is taken as JSON only: no form of another page can send that', () => {
    for (const contentType of [
      [],
      ['text/plain'],
      ['application/x-www-form-urlencoded'],
      ['multipart/form-data'],
      ['application/json', 'text/plain'],
    ])
      expect(judge(facts({ url: '/session', method: 'POST', origin: [ORIGIN], contentType }), rules)).toMatchObject({
        allow: false,
        status: 415,
      })
  })

  test('[DA22] the page key may come as a subprotocol, and only once', () => {
    const upgrade = { url: '/rpc', isUpgrade: true, cookie: cookie(mine.secret), origin: [ORIGIN] }
    const protocols = ['shoal.v1', `shoal.page.${mine.pageKey}`]
    expect(judge(facts({ ...upgrade, protocols }), rules)).toEqual({ allow: true, what: 'rpc' })
    expect(judge(facts({ ...upgrade, protocols: [...protocols, 'shoal.page.x'] }), rules).allow).toBe(false)
    expect(judge(facts({ ...upgrade, protocols: ['shoal.v1'] }), rules)).toMatchObject({ allow: false, status: 401 })
  })

  test('[DA22] a page is told whether it has a session, and whether it had one', () => {
    const state = (over: Partial<RequestFacts>) => judge(facts({ url: '/session', ...over }), rules)
    expect(state({})).toEqual({ allow: true, what: 'session', state: 'none' })
    expect(state(session)).toEqual({ allow: true, what: 'session', state: 'open' })
    expect(state({ ...session, cookie: cookie('1'.repeat(64)) })).toEqual({
      allow: true,
      what: 'session',
      state: 'expired',
    })
  })
})
