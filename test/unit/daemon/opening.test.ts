/** Which window is opened where: decisions from facts, and the little that touches the disk. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openOnPort } from '../../../main/daemon/api-port.ts'
import { findBrowsers, findOpener, hasDisplay } from '../../../main/daemon/opening/find-browsers.ts'
import { openWindow } from '../../../main/daemon/opening/open-window.ts'
import { planWindow, type WindowFacts, withoutFirstBrowser } from '../../../main/daemon/opening/plan-window.ts'
import { browserFolder, writeRedirect } from '../../../main/daemon/opening/redirect-file.ts'

const desk: WindowFacts = {
  platform: 'linux',
  printOnly: false,
  isRoot: false,
  hasDisplay: true,
  browsers: ['/usr/bin/chromium', '/usr/bin/google-chrome'],
  opener: '/usr/bin/xdg-open',
}
const ADDRESS = `http://127.0.0.1:4711/#t=${'0'.repeat(64)}`

describe('a window', () => {
  test.each([
    ['on a desk with Chromium', {}, { kind: 'app-window', browser: '/usr/bin/chromium' }],
    ['with only a default browser', { browsers: [] }, { kind: 'default-browser', opener: '/usr/bin/xdg-open' }],
    [
      'with nothing that opens pages',
      { browsers: [], opener: undefined },
      { kind: 'print', because: 'No browser was found.' },
    ],
    ['without a display', { hasDisplay: false }, { kind: 'print', because: 'There is no display here.' }],
    ['as root', { isRoot: true }, { kind: 'print', because: 'A browser is not started as root.' }],
    [
      'as root without a display',
      { isRoot: true, hasDisplay: false },
      { kind: 'print', because: 'There is no display here.' },
    ],
    ['when only the address is wanted', { printOnly: true }, { kind: 'print', because: undefined }],
  ] as [string, Partial<WindowFacts>, object][])('[DA27] %s', (_name, over, expected) => {
    expect(planWindow({ ...desk, ...over })).toMatchObject(expected)
  })

  test('[DA27] what did not start is followed by the next best thing, to the end', () => {
    const kinds: string[] = []
    let facts: WindowFacts = desk
    for (let i = 0; i < 5; i += 1) {
      const plan = planWindow(facts)
      kinds.push(plan.kind === 'app-window' ? plan.browser : plan.kind)
      facts = withoutFirstBrowser(facts)
    }
    expect(kinds).toEqual(['/usr/bin/chromium', '/usr/bin/google-chrome', 'default-browser', 'print', 'print'])
  })

  test('[DA27] of browsers, those in the customary places of each system are found, the best first', () => {
    const find = (platform: string, env: Record<string, string>, there: string[]) =>
      findBrowsers({ platform, env, home: '/home/ada', exists: (path) => there.includes(path) })
    expect(
      find('linux', { PATH: 'relative:/usr/bin:/bin:/snap/bin' }, [
        '/bin/microsoft-edge',
        '/usr/bin/microsoft-edge',
        '/snap/bin/chromium',
        '/usr/bin/firefox',
        'relative/chromium',
      ]),
    ).toEqual(['/snap/bin/chromium', '/usr/bin/microsoft-edge'])
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    expect(find('darwin', {}, [chrome])).toEqual([chrome])
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
    expect(find('win32', { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)', PROGRAMFILES: '' }, [edge])).toEqual([edge])
    expect(find('linux', {}, ['/usr/bin/chromium'])).toEqual([])
    expect(findOpener({ platform: 'linux', env: { PATH: '/bin' }, home: '/', exists: () => false })).toBeUndefined()
  })

  test.each([
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: 'localhost:10.0', SSH_CONNECTION: '1 2 3 4' }, true],
    ['darwin', {}, true],
    ['darwin', { SSH_CONNECTION: '1 2 3 4' }, false],
    ['win32', {}, true],
  ] as [string, Record<string, string>, boolean][])('[DA27] a display on %s with %j: %s', (platform, env, expected) => {
    expect(hasDisplay({ platform, env })).toBe(expected)
  })

  test('[DA21] the address is handed over in a file that only its owner reads, new each time, and in nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-open-'))
    try {
      const path = await writeRedirect(join(folder, 'window'), ADDRESS)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(statSync(join(folder, 'window')).mode & 0o777).toBe(0o700)
      expect(readFileSync(path, 'utf8')).toContain(`content="0;url=${ADDRESS}"`)
      chmodSync(path, 0o644)
      expect(await writeRedirect(join(folder, 'window'), ADDRESS)).toBe(path)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      await expect(writeRedirect(folder, `${ADDRESS}"><script>`)).rejects.toThrow('no address of ours')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each([
    ['/usr/bin/chromium', '/p/window'],
    ['/snap/bin/chromium', '/home/ada/snap/chromium/common/shoal'],
    ['/snap/brave/1/opt/brave', '/home/ada/snap/brave/common/shoal'],
  ])('[DA27] %s keeps its things where it may', (browser, folder) => {
    expect(browserFolder(browser, { profileDir: '/p', home: '/home/ada' })).toBe(folder)
  })

  test('[DA27] browsers that fail at once end with the address in the terminal, and their command line held no token', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-open-'))
    try {
      const seen = join(folder, 'seen')
      const broken = join(folder, 'broken')
      writeFileSync(broken, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${seen}'\nexit 1\n`, { mode: 0o755 })
      const lines: string[] = []
      await openWindow(
        ADDRESS,
        { ...desk, browsers: [join(folder, 'absent'), broken], opener: broken },
        { profileDir: folder, home: folder, say: (line) => lines.push(line) },
      )
      const said = lines.join('\n')
      expect(said).toContain(`${join(folder, 'absent')} did not start.`)
      expect(said).toContain('No browser started.')
      expect(said).toContain(ADDRESS)
      const given = readFileSync(seen, 'utf8')
      expect(given).toContain('--app=file://')
      expect(given).toContain('open-shoal.html')
      expect(given).not.toContain('0'.repeat(64))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the port', () => {
  const taken = Object.assign(new Error('in use'), { code: 'EADDRINUSE' })

  test('[DA28] is that of the last time, another when that is taken, and the one asked for when one is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-port-'))
    try {
      const asked: number[] = []
      const open = async (port: number) => {
        asked.push(port)
        if (port === 5001) throw taken
        return { port: port === 0 ? 5001 + asked.length : port }
      }
      expect(await openOnPort(0, folder, open)).toEqual({ port: 5002 })
      expect(await openOnPort(0, folder, open)).toEqual({ port: 5002 })
      expect(await openOnPort(6000, folder, open)).toEqual({ port: 6000 })
      await expect(openOnPort(5001, folder, open)).rejects.toThrow('Port 5001')
      writeFileSync(join(folder, 'api-port'), '5001\n')
      expect((await openOnPort(0, folder, open)).port).toBeGreaterThan(5001)
      for (const nonsense of ['', '0', '70000', '80 ', '-1', 'x']) {
        writeFileSync(join(folder, 'api-port'), nonsense)
        asked.length = 0
        await openOnPort(0, folder, open)
        expect(asked).toEqual([0])
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
