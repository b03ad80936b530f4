/** What the system hands to the app: command lines, deep links, files, before and after the window listens. */
import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../../main/electron/arguments.ts'
import { becomeTheOne, receiveRequests } from '../../../main/electron/instance.ts'
import { MAX_WAITING, type OpenFacts, OpenRequests } from '../../../main/electron/open-requests.ts'
import type { OpenRequest } from '../../../shared/shell/shell-api.ts'
import { fakeElectron } from './support/fake-electron.ts'

const LINK = 'shoal:bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

describe('the command line', () => {
  it.each([
    [['--profile', '/p', '--network', 'local'], { profile: '/p', network: 'local' }],
    [['--profile=/p q', '--network=lan'], { profile: '/p q', network: 'lan' }],
    [['--network', 'moon'], {}],
    [['--profile'], {}],
    [['--dev', '--smoke', '--hidden'], { dev: true, smoke: true, hidden: true }],
    [['--no-sandbox', '--ozone-platform=wayland', '-psn_0_123'], {}],
    [[LINK, '/a/b.txt', 'c d'], { links: [LINK], paths: ['/a/b.txt', 'c d'] }],
    // Chromium puts its own switches anywhere.
    [['--allow-file-access-from-files', 'SHOAL:abc', '--original-process-start-time=1'], { links: ['SHOAL:abc'] }],
    [['https://example.com/shoal:', `shoal:${'x'.repeat(9_000)}`], { paths: ['https://example.com/shoal:'] }],
  ])('[EL12] %j', (argv, expected) => {
    expect(parseArguments(argv)).toEqual({ dev: false, smoke: false, hidden: false, links: [], paths: [], ...expected })
  })

  it('[EL12] is bounded', () => {
    expect(parseArguments(Array.from({ length: 5_000 }, (_, i) => `/f${i}`)).paths).toHaveLength(1_000)
  })
})

function facts(files: Record<string, string | 'folder'>): OpenFacts {
  return {
    kindOf: async (path) => (files[path] === undefined ? 'missing' : files[path] === 'folder' ? 'folder' : 'file'),
    readLinkFile: async (path) => files[path],
  }
}

describe('requests to open something', () => {
  it('[EL11] wait until the window listens, come once, and wait again when nobody listens', async () => {
    const requests = new OpenRequests(facts({ '/a': 'x', '/b': 'folder' }))
    await requests.add({ links: [LINK], paths: ['/a'] })
    await requests.add({ links: [LINK], paths: ['/b', '/a'] })
    const heard: OpenRequest[] = []
    requests.listen((request) => heard.push(request))
    expect(heard).toEqual([{ links: [LINK], paths: ['/a', '/b'] }])
    await requests.add({ links: [], paths: ['/b'] })
    expect(heard).toHaveLength(2)
    requests.listen(undefined)
    await requests.add({ links: [], paths: ['/a'] })
    expect(heard).toHaveLength(2)
    requests.listen((request) => heard.push(request))
    expect(heard[2]).toEqual({ links: [], paths: ['/a'] })
  })

  it('[EL12] what is not on the disk is dropped, and so is a link of another scheme', async () => {
    const requests = new OpenRequests(facts({ '/a': 'x' }))
    await requests.add({ links: ['https://x', 'javascript:1', 'file:///etc'], paths: ['/gone', 'switch'] })
    expect(requests.waiting).toBe(false)
  })

  it('[EL12] a .shoal file is its first link; without one it is a file like any other', async () => {
    const requests = new OpenRequests(
      facts({
        '/l.shoal': `\uFEFF\r\nA cat\r\n  ${LINK}  \r\nshoal:second`,
        '/n.SHOAL': 'nothing',
        '/f.shoal': 'folder',
      }),
    )
    const heard: OpenRequest[] = []
    requests.listen((request) => heard.push(request))
    await requests.add({ links: [], paths: ['/l.shoal', '/n.SHOAL', '/f.shoal'] })
    expect(heard).toEqual([{ links: [LINK], paths: ['/n.SHOAL', '/f.shoal'] }])
  })

  it('[EL11] are bounded: the first are kept', async () => {
    const requests = new OpenRequests({ kindOf: async () => 'file', readLinkFile: async () => undefined })
    for (const part of ['a', 'b']) {
      await requests.add({ links: [], paths: Array.from({ length: MAX_WAITING }, (_, i) => `/${part}${i}`) })
    }
    requests.listen(({ paths }) => {
      expect(paths).toHaveLength(MAX_WAITING)
      expect(paths.at(-1)).toBe(`/a${MAX_WAITING - 1}`)
    })
    expect(requests.waiting).toBe(false)
  })
})

describe('one app per profile', () => {
  const own = { argv: ['rel.txt', LINK], cwd: '/home/me' }

  function received(extra: Record<string, string> = {}) {
    const fake = fakeElectron()
    const heard: OpenRequest[] = []
    let asked = 0
    const requests = new OpenRequests(facts({ '/home/me/rel.txt': 'x', '/other/x': 'y', '/dropped': 'z', ...extra }))
    receiveRequests(fake.electron.app, own, {
      requests,
      ask: () => {
        asked += 1
      },
      report: (problem) => {
        throw new Error(problem)
      },
    })
    const settled = () => new Promise((resolve) => setImmediate(resolve))
    return { fake, requests, heard, asked: () => asked, settled }
  }

  it('[EL1] a second start hands over what it was given and where it stood', () => {
    const fake = fakeElectron()
    fake.app.lock = false
    expect(becomeTheOne(fake.electron.app, own)).toBe(false)
    expect(fake.app.handover).toEqual(own)
  })

  it('[EL11] a cold start opens its own command line, relative to where it was typed', async () => {
    const { requests, heard, settled } = received()
    await settled()
    requests.listen((request) => heard.push(request))
    expect(heard).toEqual([{ links: [LINK], paths: ['/home/me/rel.txt'] }])
  })

  it('[EL11] macOS may hand over links and files before the app is ready', async () => {
    const { fake, requests, heard, asked, settled } = received()
    const prevented: string[] = []
    fake.app.emit('open-url', { preventDefault: () => prevented.push('url') }, 'shoal:early')
    fake.app.emit('open-file', { preventDefault: () => prevented.push('file') }, '/dropped')
    await settled()
    expect(asked()).toBe(2)
    expect(prevented).toEqual(['url', 'file'])
    requests.listen((request) => heard.push(request))
    expect(heard).toEqual([{ links: [LINK, 'shoal:early'], paths: ['/home/me/rel.txt', '/dropped'] }])
  })

  it('[EL11] a second start is read from what it handed over, not from the argv that Chromium reordered', async () => {
    const { fake, requests, heard, asked, settled } = received()
    await settled()
    requests.listen((request) => heard.push(request))
    fake.app.emit('second-instance', {}, ['x', '/wrong'], '/wrong', { argv: ['x', 'shoal:two'], cwd: '/other' })
    await settled()
    expect(heard.at(-1)).toEqual({ links: ['shoal:two'], paths: ['/other/x'] })
    fake.app.emit('second-instance', {}, ['x'], '/other', 'not a handover')
    await settled()
    expect(heard).toHaveLength(2)
    expect(asked()).toBe(2)
  })
})
