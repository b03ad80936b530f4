/** The window: where it is put, what closing means, what its page may load and do, and what the page is served. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  assetHandler,
  assetTable,
  CONTENT_SECURITY_POLICY,
  isOurPage,
} from '../../../main/electron/window/app-protocol.ts'
import { type CloseFacts, decideClose } from '../../../main/electron/window/closing.ts'
import { mayReveal, pickPaths } from '../../../main/electron/window/dialogs.ts'
import { MainWindow, type MainWindowOptions } from '../../../main/electron/window/main-window.ts'
import { guardContents, isExternalLink, mayLoad, webPreferences } from '../../../main/electron/window/web-guard.ts'
import {
  placeWindow,
  readWindowState,
  type WindowState,
  writeWindowState,
} from '../../../main/electron/window/window-state.ts'
import { share } from '../../support/samples.ts'
import { FakeClock } from './support/fake-clock.ts'
import { type FakeElectron, fakeElectron } from './support/fake-electron.ts'
import { FakeWebContents } from './support/fake-window.ts'
import { replica } from './support/replica.ts'

const LEFT = { x: 0, y: 25, width: 1440, height: 875 }
const RIGHT = { x: 1440, y: 0, width: 2560, height: 1440 }
const saved: WindowState = { x: 2000, y: 100, width: 1200, height: 800, maximized: false, fullScreen: false }

describe('where the window is put', () => {
  it.each([
    ['nothing is known', undefined, [LEFT], { width: 1280, height: 800 }],
    ['it was on a display that is there', saved, [LEFT, RIGHT], { x: 2000, y: 100, width: 1200, height: 800 }],
    ['that display is gone', saved, [LEFT], { width: 1200, height: 800 }],
    ['its title bar is above every display', { ...saved, y: -50 }, [LEFT, RIGHT], { width: 1200, height: 800 }],
    [
      'a corner of it can be grabbed',
      { ...saved, x: 1320, y: 30 },
      [LEFT],
      { x: 1320, y: 30, width: 1200, height: 800 },
    ],
    ['too little of it can be grabbed', { ...saved, x: 1330, y: 30 }, [LEFT], { width: 1200, height: 800 }],
    [
      'it is larger than the display',
      { ...saved, x: 0, y: 25, width: 9_000, height: 9_000 },
      [LEFT],
      { x: 0, y: 25, width: 1440, height: 875 },
    ],
    [
      'it is smaller than anybody can use',
      { ...saved, width: 200, height: 200 },
      [RIGHT],
      { x: 2000, y: 100, width: 720, height: 520 },
    ],
    ['there is no display', saved, [], { width: 1200, height: 800 }],
  ])('[EL13] when %s', (_when, state, displays, expected) => {
    expect(placeWindow(state, displays)).toEqual({ ...expected, maximized: false, fullScreen: false })
  })

  it('[EL13] is kept in a file; one that is not as expected is as good as none', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shoal-window-'))
    const file = join(dir, 'state.json')
    expect(await readWindowState(file)).toBeUndefined()
    await writeWindowState(file, saved)
    expect(await readWindowState(file)).toEqual(saved)
    for (const text of [
      '',
      '{',
      '{}',
      JSON.stringify({ ...saved, x: 'left' }),
      JSON.stringify({ ...saved, width: 1e9 }),
    ]) {
      await writeFile(file, text)
      expect(await readWindowState(file)).toBeUndefined()
    }
    await rm(dir, { recursive: true })
  })
})

describe('what closing means', () => {
  const settings = { keepInBackground: true, explained: true }
  it.each<[string, CloseFacts, string]>([
    ['the app is quitting', { quitting: true, settings }, 'close'],
    ['sharing goes on', { quitting: false, settings }, 'hide'],
    ['nobody said so yet', { quitting: false, settings: { ...settings, explained: false } }, 'explain'],
    ['the person wants it to end', { quitting: false, settings: { ...settings, keepInBackground: false } }, 'quit'],
    ['there is no engine', { quitting: false, settings: undefined }, 'quit'],
  ])('[EL14] when %s', (_when, facts, decision) => {
    expect(decideClose(facts)).toBe(decision)
  })
})

describe('the window', () => {
  let fake: FakeElectron
  let clock: FakeClock
  let kept: WindowState[]
  let lost: number
  let broken: string[]
  let onClose: () => 'close' | 'keep'
  const make = (over: Partial<MainWindowOptions> = {}) =>
    new MainWindow({
      electron: fake.electron,
      clock,
      preload: '/app/preload.cjs',
      icon: undefined,
      dev: false,
      saved: undefined,
      onState: (state) => kept.push(state),
      onClose: () => onClose(),
      onSessionEnd: () => {},
      onPageLost: () => {
        lost += 1
      },
      onBroken: (reason) => broken.push(reason),
      ...over,
    })
  const newest = () => {
    const window = fake.windows.all.at(-1)
    if (window === undefined) throw new Error('no window')
    return window
  }
  beforeEach(() => {
    fake = fakeElectron()
    clock = new FakeClock()
    kept = []
    lost = 0
    broken = []
    onClose = () => 'close'
  })

  it('[EL4] is made with a sandbox, isolation and web security, and without Node, webviews and developer tools', () => {
    make().show()
    expect(newest().options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: false,
    })
    expect(webPreferences('/p', true).devTools).toBe(true)
    expect(newest().contents.url).toBe('app://shoal/')
  })

  it('[EL16] is one: asking again brings it to the front', () => {
    const window = make()
    window.show()
    newest().minimized = true
    window.show()
    expect(fake.windows.all).toHaveLength(1)
    expect(newest()).toMatchObject({ minimized: false, visible: true, focused: true })
    window.toggle()
    expect(newest().visible).toBe(false)
    window.toggle()
    expect(newest().visible).toBe(true)
  })

  it('[EL13] keeps its place half a second after the last move, and when it is closed', () => {
    make().show()
    newest().emit('move')
    clock.advance(400)
    newest().bounds = { x: 1, y: 2, width: 900, height: 600 }
    newest().emit('resize')
    clock.advance(400)
    expect(kept).toEqual([])
    clock.advance(100)
    expect(kept).toEqual([{ x: 1, y: 2, width: 900, height: 600, maximized: false, fullScreen: false }])
    newest().pressClose()
    expect(kept).toHaveLength(2)
    clock.advance(10_000)
    expect(kept).toHaveLength(2)
  })

  it('[EL14] stays when closing is not wanted, and can be made again when it went', () => {
    onClose = () => 'keep'
    const window = make()
    window.show()
    expect(newest().pressClose()).toBe(false)
    onClose = () => 'close'
    expect(newest().pressClose()).toBe(true)
    expect(window.current).toBeUndefined()
    window.show()
    expect(fake.windows.all).toHaveLength(2)
  })

  it('[EL16] a page that crashes is loaded again, three times a minute; then somebody is told', () => {
    make().show()
    const { contents } = newest()
    for (let i = 0; i < 3; i += 1) contents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(contents.reloads).toBe(3)
    expect(broken).toEqual([])
    contents.emit('render-process-gone', {}, { reason: 'oom' })
    expect(broken).toEqual(['oom'])
    expect(lost).toBeGreaterThan(3)
    clock.advance(60_001)
    contents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(contents.reloads).toBe(4)
  })

  it('[EL8] sends to our own page only', () => {
    const window = make()
    window.send('x', 1)
    window.show()
    window.send('x', 2)
    newest().contents.url = 'https://elsewhere/'
    window.send('x', 3)
    newest().contents.destroyed = true
    window.send('x', 4)
    expect(newest().contents.sent).toEqual([{ channel: 'x', value: 2 }])
  })
})

describe('what a page may do', () => {
  it.each([
    ['app://shoal/', true],
    ['app://shoal/assets/x.js', true],
    ['app://shoal.evil.example/', false],
    ['app://evil/', false],
    ['app://shoal:80/', false],
    ['https://shoal/', false],
    ['file:///etc/passwd', false],
    ['app:shoal', false],
    ['', false],
  ])('[EL4] %s is our page: %s', (address, ours) => {
    expect(isOurPage(address)).toBe(ours)
  })

  it.each([
    ['https://example.com/a?b#c', true],
    ['HTTPS://EXAMPLE.COM', true],
    ['http://example.com', false],
    ['https://me:secret@example.com', false],
    ['file:///bin/sh', false],
    ['smb://x', false],
    ['shoal:abc', false],
    ['javascript:alert(1)', false],
    ['https://', false],
    [`https://example.com/${'x'.repeat(3_000)}`, false],
  ])('[EL7] %s may be opened outside: %s', (address, external) => {
    expect(isExternalLink(address)).toBe(external)
  })

  it.each([
    ['app://shoal/index.html', false, true],
    ['blob:app://shoal/1-2', false, true],
    ['blob:https://x/1', false, false],
    ['data:image/png;base64,AA', false, true],
    ['https://example.com/x.png', true, false],
    ['ws://127.0.0.1:1/', true, false],
    ['file:///etc/passwd', true, false],
    ['devtools://devtools/bundled/x.html', false, false],
    ['devtools://devtools/bundled/x.html', true, true],
  ])('[EL6] %s is loaded (dev %s): %s', (address, dev, may) => {
    expect(mayLoad(address, dev)).toBe(may)
  })

  it('[EL6] leave, open a window, embed, or show developer tools: nothing of it', async () => {
    const fake = fakeElectron()
    guardContents(fake.electron, false)
    const contents = new FakeWebContents()
    fake.app.emit('web-contents-created', {}, contents)
    const held = (event: string, details: object) => {
      let prevented = false
      contents.emit(event, {
        ...details,
        preventDefault() {
          prevented = true
        },
      })
      return prevented
    }
    expect(held('will-navigate', { url: 'https://example.com' })).toBe(true)
    expect(held('will-navigate', { url: 'app://shoal/' })).toBe(false)
    expect(held('will-redirect', { url: 'https://example.com' })).toBe(true)
    expect(held('will-frame-navigate', { url: 'app://shoal/', isMainFrame: false })).toBe(true)
    expect(held('will-attach-webview', {})).toBe(true)
    expect(contents.asksToOpen('https://example.com/help')).toEqual({ action: 'deny' })
    expect(contents.asksToOpen('file:///bin/sh')).toEqual({ action: 'deny' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(fake.state.opened).toEqual(['https://example.com/help'])
    contents.emit('devtools-opened')
    expect(contents.devToolsClosed).toBe(1)
  })
})

describe('what the page is served', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shoal-ui-'))
    await mkdir(join(dir, 'ui', 'assets'), { recursive: true })
    await writeFile(join(dir, 'secret.js'), 'secret')
    await writeFile(join(dir, 'ui', 'index.html'), '<p>')
    await writeFile(join(dir, 'ui', 'assets', 'a b.js'), 'code')
    await writeFile(join(dir, 'ui', 'assets', 'x.exe'), 'MZ')
    await symlink(join(dir, 'secret.js'), join(dir, 'ui', 'assets', 'link.js'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('[EL5] files by their exact names, from a table; nothing else, however it is spelled', async () => {
    const handle = assetHandler(await assetTable(join(dir, 'ui')))
    const status = async (url: string, method = 'GET') => (await handle(new Request(url, { method }))).status
    expect(await status('app://shoal/')).toBe(200)
    expect(await status('app://shoal/index.html?x#y')).toBe(200)
    expect(await status('app://shoal/assets/a%20b.js')).toBe(200)
    for (const url of [
      'app://shoal/../secret.js',
      'app://shoal/%2e%2e/secret.js',
      'app://shoal/..%2fsecret.js',
      'app://shoal/assets/%5c..%5csecret.js',
      'app://shoal//index.html',
      'app://shoal/assets',
      'app://shoal/assets/',
      'app://shoal/assets/x.exe',
      'app://shoal/assets/link.js',
      'app://shoal/INDEX.HTML',
      'app://shoal/index.html%00',
      'app://other/index.html',
      'app://shoal/constructor',
    ]) {
      expect(await status(url), url).toBe(404)
    }
    expect(await status('app://shoal/', 'POST')).toBe(405)
    expect(await status('app://shoal/', 'HEAD')).toBe(200)
  })

  it('[EL5] with a policy that allows nothing inline and nobody else, on every answer', async () => {
    const handle = assetHandler(await assetTable(join(dir, 'ui')))
    for (const url of ['app://shoal/', 'app://shoal/assets/a%20b.js', 'app://shoal/missing']) {
      const { headers } = await handle(new Request(url))
      expect(headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect((await handle(new Request('app://shoal/'))).headers.get('content-type')).toBe('text/html; charset=utf-8')
    const directives = new Map(
      CONTENT_SECURITY_POLICY.split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]),
    )
    expect(directives.get('default-src')).toEqual(["'none'"])
    expect(directives.get('script-src')).toEqual(["'self'"])
    expect(directives.get('style-src')).toEqual(["'self'"])
    expect(directives.get('connect-src')).toEqual(["'self'"])
    expect(directives.get('frame-ancestors')).toEqual(["'none'"])
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|https?:/)
  })

  it('[EL5] a file that went away is an error, a window that was not built is said', async () => {
    const handle = assetHandler(await assetTable(join(dir, 'ui')))
    await rm(join(dir, 'ui', 'assets', 'a b.js'))
    expect((await handle(new Request('app://shoal/assets/a%20b.js'))).status).toBe(500)
    await expect(assetTable(dir)).rejects.toThrow('not built')
  })
})

describe('files and folders', () => {
  it('[EL9] come from the dialogs of the system', async () => {
    const fake = fakeElectron()
    fake.state.openDialog = { canceled: false, filePaths: ['/a', '/b'] }
    expect(await pickPaths(fake.electron.dialog, undefined, 'files', 'T')).toEqual(['/a', '/b'])
    expect(await pickPaths(fake.electron.dialog, undefined, 'folder', 'T')).toEqual(['/a', '/b'])
    expect(fake.state.openDialogs.map(({ properties }) => properties)).toEqual([
      ['openFile', 'multiSelections'],
      ['openDirectory', 'createDirectory'],
    ])
    fake.state.openDialog = { canceled: true, filePaths: [] }
    expect(await pickPaths(fake.electron.dialog, undefined, 'files', 'T')).toBeUndefined()
    fake.state.saveDialog = { canceled: false, filePath: '/s' }
    expect(await pickPaths(fake.electron.dialog, undefined, 'save', 'T')).toEqual(['/s'])
  })

  it.each([
    ['/downloads', true],
    ['/downloads/a/b', true],
    ['/downloads/..hidden', true],
    ['/downloads/../etc', false],
    ['/downloadsX', false],
    ['/shares/cat.jpg', true],
    ['/shares/dog.jpg', false],
    ['/elsewhere/fish.jpg', true],
    ['/elsewhere', false],
    ['/etc/passwd', false],
    ['downloads', false],
    ['', false],
  ])('[EL10] %j may be shown in its folder: %s', (path, may) => {
    const state = replica({
      shares: [
        share('r', { path: '/shares/cat.jpg' }),
        share('s', { paths: { count: 2, first: ['/elsewhere/fish.jpg', '/third/bird.jpg'] } }),
      ],
      settings: { downloadFolder: '/downloads' },
    })
    expect(mayReveal(path, state)).toBe(may)
  })
})
