/** The command line's small parts: references, patterns, patience, sessions, drawing. */
import { describe, expect, test } from 'vitest'
import { CliError, exitCodeOf, exitForTrouble } from '../../../cli/exit-codes.ts'
import { Io, speaksUnicode } from '../../../cli/io.ts'
import { Patience } from '../../../cli/patience.ts'
import { bar, downloadLine, percent } from '../../../cli/progress.ts'
import { resolveReference } from '../../../cli/reference.ts'
import { matcher } from '../../../cli/select.ts'
import { openSession, type SessionParts } from '../../../cli/session.ts'
import { table } from '../../../cli/table.ts'
import { ERROR_CODES, ShoalError } from '../../../shared/contract/errors.ts'
import { TroubleCode } from '../../../shared/contract/model.ts'
import { displayWidth } from '../../../shared/format/visible.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { node, ROOT_A, ROOT_B, share } from '../../support/samples.ts'

describe('references', () => {
  const shares = [
    { root: ROOT_A, name: 'one.txt' },
    { root: ROOT_B, name: 'two.txt' },
    { root: `${ROOT_A.slice(0, 20)}xxxxxxxx`, name: 'twin' },
    { root: 'bafybeizzzzzzzz1', name: 'same' },
    { root: 'bafybeizzzzzzzz2', name: 'same' },
  ]
  test.each([
    [ROOT_A, ROOT_A],
    [ROOT_A.slice(0, 25), ROOT_A],
    [ROOT_B.slice(7, 13), ROOT_B],
    [ROOT_B.slice(0, 8).toUpperCase(), ROOT_B],
    ['one.txt', ROOT_A],
    [`shoal:${ROOT_B}?dn=x&xl=3`, ROOT_B],
    [`ipfs://${ROOT_B}`, ROOT_B],
  ])('[CL5] %s is %s', (reference, root) => {
    expect(resolveReference(reference, shares).root).toBe(root)
  })
  test.each([
    ['bafybei', 'could be any'],
    [ROOT_A.slice(0, 15), 'could be any'],
    ['same', 'could be any'],
    ['ONE.TXT', 'There is no share'],
    ['bafk', 'a prefix needs 6'],
    ['', 'There is no share'],
    ['\u001b[2J', 'There is no share "\\u{1b}[2J"'],
  ])('[CL5] "%s" is refused, never guessed', (reference, reason) => {
    expect(() => resolveReference(reference, shares)).toThrow(reason)
    expect(exitCodeOf(new CliError(2, ''))).toBe(2)
  })
})

describe('patterns', () => {
  test.each([
    ['*.jpg', 'a.jpg', true],
    ['*.jpg', 'deep/er/a.jpg', true],
    ['*.jpg', 'a.jpeg', false],
    ['a/*.jpg', 'a/x.jpg', true],
    ['a/*.jpg', 'a/b/x.jpg', false],
    ['a/**/x.jpg', 'a/x.jpg', true],
    ['a/**/x.jpg', 'a/b/c/x.jpg', true],
    ['a/**', 'a/b/c', true],
    ['docs', 'docs/a/b.txt', true],
    ['docs/', 'x/docs/b.txt', true],
    ['x/docs', 'docs/b.txt', false],
    ['file?.txt', 'file1.txt', true],
    ['file?.txt', 'file10.txt', false],
    ['*.{jpg,png}', 'a.png', true],
    ['*.{jpg,png}', 'a.gif', false],
    ['a+b(1).[x]', 'a+b(1).[x]', true],
    ['a.c', 'abc', false],
    ['./top.txt', 'top.txt', true],
    ['日本*', '日本語.txt', true],
    ['{', '{', true],
    ['*', 'a/b', true],
  ])('[CL8] %s and %s: %s', (pattern, path, fits) => {
    expect(matcher([pattern])(path)).toBe(fits)
  })
  test('[CL8] a pattern that would take ages elsewhere is quick here', () => {
    const began = performance.now()
    expect(matcher(['*a*a*a*a*a*a*b'])('a'.repeat(200))).toBe(false)
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

describe('patience', () => {
  test('[CL9] progress starts the wait again; standing still ends it; 0 never does', () => {
    const patience = new Patience(1_000, 0)
    expect(patience.expired(share(ROOT_A, { haveBytes: 0 }), 900)).toBeUndefined()
    expect(patience.expired(share(ROOT_A, { haveBytes: 5 }), 1_800)).toBeUndefined()
    expect(patience.expired(share(ROOT_A, { haveBytes: 5, downBytesPerSecond: 9 }), 2_700)).toBeUndefined()
    expect(patience.expired(share(ROOT_A, { haveBytes: 5 }), 2_800)).toBe(1_000)
    expect(new Patience(0, 0).expired(share(ROOT_A), 1e12)).toBeUndefined()
  })
})

describe('sessions', () => {
  const request = {
    profileDir: '/p',
    network: undefined,
    embed: true,
    embedded: { downloadDir: '/d', bootstrap: [], logLevel: 'info' as const },
  }
  const never = new AbortController().signal
  function parts(over: Partial<SessionParts>): SessionParts {
    return {
      connect: async () => undefined,
      startEmbedded: async () => ({ api: new EngineDouble(), stop: async () => {} }),
      sleep: async () => {},
      ...over,
    }
  }
  const daemon = (network: 'local' | 'internet' = 'internet') => {
    const api = new EngineDouble()
    api.status_ = node({ network })
    return { api, close: () => {} }
  }

  test('[CL3] a running daemon is used; without one the engine runs here; a command that needs a daemon says so', async () => {
    let started = 0
    const counting = {
      startEmbedded: async () => {
        started += 1
        return { api: new EngineDouble(), stop: async () => {} }
      },
    }
    expect((await openSession(request, parts({ connect: async () => daemon(), ...counting }), never)).kind).toBe(
      'daemon',
    )
    expect(started).toBe(0)
    expect((await openSession(request, parts(counting), never)).kind).toBe('embedded')
    const error = await openSession({ ...request, embed: false }, parts(counting), never).catch(
      (reason: unknown) => reason,
    )
    expect(exitCodeOf(error)).toBe(3)
    expect(String(error)).toContain('shoal daemon')
    expect(started).toBe(1)
  })

  test('[CL3] a daemon that is only just starting is waited for', async () => {
    let asked = 0
    const session = await openSession(
      request,
      parts({
        connect: async () => (++asked === 4 ? daemon() : undefined),
        startEmbedded: async () => {
          throw new ShoalError('PROFILE_BUSY', 'Held by 7.', { pid: 7 })
        },
      }),
      never,
    )
    expect([session.kind, asked]).toEqual(['daemon', 4])
  })

  test('[CL1] a profile held by something that never answers is 3, after a bounded wait', async () => {
    let slept = 0
    const busy = new ShoalError('PROFILE_BUSY', 'Held by 7.', { pid: 7 })
    const error = await openSession(
      request,
      parts({
        startEmbedded: async () => Promise.reject(busy),
        sleep: async (ms) => {
          slept += ms
        },
      }),
      never,
    ).catch((reason: unknown) => reason)
    expect(error).toBe(busy)
    expect(exitCodeOf(error)).toBe(3)
    expect(slept).toBeLessThanOrEqual(3_000)
  })

  test('[CL4] --network local never ends up on a daemon that talks to the internet', async () => {
    const connect = async () => daemon('internet')
    await expect(openSession({ ...request, network: 'local' }, parts({ connect }), never)).rejects.toMatchObject({
      exit: 3,
      code: 'OTHER_NETWORK',
    })
    expect((await openSession({ ...request, network: 'internet' }, parts({ connect }), never)).kind).toBe('daemon')
  })
})

describe('drawing', () => {
  test('[CL2] bars', () => {
    expect(bar(0, 4, false)).toBe('[....]')
    expect(bar(0.5, 4, true)).toBe('██░░')
    expect(bar(7, 4, false)).toBe('[####]')
  })
  test('[CL2] 100 % only when all is there', () => {
    expect([percent(999_999, 1_000_000), percent(1, 1), percent(0, 0), percent(0, 5)]).toEqual([99, 100, 100, 0])
  })
  test('[CL7] names in a progress line are harmless and of bounded width', () => {
    const line = downloadLine(share(ROOT_A, { name: `\u001b]0;x\u0007${'長'.repeat(80)}` }), false)
    expect(line).not.toContain('\u001b')
    expect(displayWidth(line)).toBeLessThan(110)
  })
  test('[CL7] table columns line up by width, not by length', () => {
    expect(
      table(
        [{ title: 'A' }, { title: 'B', align: 'right' }],
        [
          ['日本', '1'],
          ['x', '22'],
        ],
      ),
    ).toEqual(['A      B', '日本   1', 'x     22'])
  })
  test('[CL2] a remark does not tear the status line, and a pipe gets none', () => {
    let text = ''
    const stream = {
      write: (part: string) => {
        text += part
      },
      isTTY: true,
      columns: 20,
    }
    const io = new Io({ stdout: { write: () => {} }, stderr: stream, json: false, quiet: false, unicode: false })
    io.status('a status that is longer than the screen is wide')
    io.note('remark')
    io.status('')
    expect(text).toBe('\r\u001b[2Ka status that is l…\r\u001b[2Kremark\na status that is l…\r\u001b[2K')
    text = ''
    new Io({
      stdout: { write: () => {} },
      stderr: { ...stream, isTTY: false },
      json: false,
      quiet: false,
      unicode: false,
    }).status('x')
    expect(text).toBe('')
  })
  test.each([
    [{ LANG: 'en_US.UTF-8' }, 'linux', true],
    [{ LANG: 'C' }, 'linux', false],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'linux', false],
    [{ LANG: 'de_DE.utf8', TERM: 'dumb' }, 'linux', false],
    [{}, 'win32', false],
    [{ WT_SESSION: '1' }, 'win32', true],
  ])('[CL2] %j on %s: %s', (env, platform, expected) => {
    expect(speaksUnicode(env, platform)).toBe(expected)
  })
})

test('[CL1] every error and every trouble has an exit code', () => {
  for (const code of ERROR_CODES) expect([1, 2, 3, 4, 5, 6, 130]).toContain(exitCodeOf(new ShoalError(code, '')))
  for (const code of TroubleCode.options) expect([4, 5, 6]).toContain(exitForTrouble(code))
  expect(exitCodeOf(new TypeError('bug'))).toBe(1)
})
