/** What the session allows pages, asked as Chromium asks. */
import { beforeEach, describe, expect, it } from 'vitest'
import { guardSession } from '../../../main/electron/window/web-guard.ts'
import { FakeSession } from './support/fake-electron.ts'

describe('the session', () => {
  let session: FakeSession
  beforeEach(() => {
    session = new FakeSession()
    // Only the members that FakeSession has are used: strict.ts would say which one is missing.
    guardSession(session as unknown as Electron.Session, false)
  })

  function asked(permission: string, requestingUrl: string, isMainFrame = true): boolean {
    let given: boolean | undefined
    session.request?.(
      {} as never,
      permission as never,
      (answer) => {
        given = answer
      },
      { requestingUrl, isMainFrame } as never,
    )
    const checked = session.check?.(null, permission as never, 'app://shoal', { requestingUrl, isMainFrame } as never)
    expect(checked).toBe(given)
    return given === true
  }

  it.each<readonly [string, string, boolean, boolean]>([
    ['clipboard-sanitized-write', 'app://shoal/', true, true],
    ['clipboard-read', 'app://shoal/index.html', true, true],
    ['clipboard-read', 'app://shoal/', false, false],
    ['clipboard-read', 'https://example.com/', true, false],
    ['clipboard-read', 'app://shoal.example.com/', true, false],
    ...[
      'media',
      'geolocation',
      'notifications',
      'midi',
      'pointerLock',
      'fullscreen',
      'openExternal',
      'hid',
      'serial',
      'usb',
      'unknown',
      'idle-detection',
      'window-management',
    ].map((permission) => [permission, 'app://shoal/', true, false] as const),
  ])('[EL6] permission %s for %s (main frame %s): %s', (permission, url, mainFrame, given) => {
    expect(asked(permission, url, mainFrame)).toBe(given)
  })

  it('[EL6] no devices, no screens, no downloads, no spell checker that fetches dictionaries', () => {
    expect(session.device?.({} as never)).toBe(false)
    let streams: unknown
    session.media?.({} as never, (answer) => {
      streams = answer
    })
    expect(streams).toEqual({})
    let prevented = false
    session.emit('will-download', { preventDefault: () => (prevented = true) })
    expect(prevented).toBe(true)
    expect(session.spellChecker).toBe(false)
  })

  it('[EL6] a request to anywhere else is cancelled before it leaves', () => {
    const cancelled = (url: string) => {
      let answer: { cancel?: boolean } = {}
      session.before?.({ url }, (given) => {
        answer = given
      })
      return answer.cancel
    }
    expect(cancelled('app://shoal/assets/a.js')).toBe(false)
    expect(cancelled('https://example.com/track.gif')).toBe(true)
    expect(cancelled('http://127.0.0.1:1/')).toBe(true)
  })
})
