/** What the log says, what it keeps to itself, and how large it gets. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { redact, withoutLinkSecrets } from '../../../main/engine/telemetry/redact.ts'
import { RotatingFile } from '../../../main/engine/telemetry/rotating-file.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const NAME = 'Diary of Ada.txt'
const SECRET = 'deadbeefdeadbeef'

/** Every way a name or a secret has been seen to get into a log line. */
const leaks: [string, object][] = [
  ['a path', { path: `/home/ada/${NAME}` }],
  ['a name', { name: NAME }],
  ['nested', { share: { root: 'bafy', file: { path: NAME } } }],
  ['in a list', { shares: [{ name: NAME }] }],
  [
    'a node error',
    {
      err: Object.assign(new Error(`ENOENT: no such file or directory, open '/home/ada/${NAME}'`), {
        code: 'ENOENT',
        path: `/home/ada/${NAME}`,
      }),
    },
  ],
  ['a ShoalError', { err: new ShoalError('PATH_MISSING', `/home/ada/${NAME} is gone.`, { path: NAME, count: 3 }) }],
  ['a cause', { err: new Error('outer', { cause: new ShoalError('IO', `${NAME} failed`, { path: NAME }) }) }],
  ['a link', { link: `shoal:bafy?dn=${encodeURIComponent(NAME)}&xl=3` }],
  ['a token', { token: SECRET }],
  ['a header', { headers: { authorization: `Bearer ${SECRET}` } }],
  ['a key', { identity: { privateKey: SECRET } }],
  ['a fragment', { link: `shoal:bafy?xl=3#k=${SECRET}` }],
]

describe('log lines', () => {
  const lines = (level: 'info' | 'debug', write: (logger: ReturnType<typeof openLogger>['logger']) => void) => {
    const written: string[] = []
    const log = openLogger({ level, copy: (line) => written.push(line) })
    write(log.logger)
    return written
  }

  test.each(leaks)('[DA15] at info and above no name and no secret: %s', (_what, facts) => {
    const written = lines('info', (logger) => {
      logger.info(facts, 'something happened')
      logger.error(facts, 'something happened')
      logger.child({ ...facts }).warn({ peers: 3 }, 'a child')
    })
    expect(written).toHaveLength(3)
    for (const line of written) {
      expect(line).not.toContain(NAME)
      expect(line).not.toContain(encodeURIComponent(NAME))
      expect(line).not.toContain(SECRET)
    }
  })

  test.each(leaks)('[DA15] at debug names, but no secret: %s', (_what, facts) => {
    const [line] = lines('debug', (logger) => logger.debug(facts, 'detail'))
    expect(line).toBeDefined()
    expect(line).not.toContain(SECRET)
  })

  test('[DA15] debug does show names, and codes and places survive at every level', () => {
    const [line] = lines('debug', (logger) => logger.debug({ path: NAME }, 'detail'))
    expect(line).toContain(NAME)
    const [error] = lines('info', (logger) =>
      logger.error({ err: new ShoalError('DISK_FULL', 'x', { freeBytes: 5 }) }, 'stopped'),
    )
    const parsed = JSON.parse(error ?? '{}')
    expect(parsed).toMatchObject({
      level: 'error',
      msg: 'stopped',
      err: { type: 'ShoalError', code: 'DISK_FULL', facts: { freeBytes: 5 } },
    })
    expect(parsed.err.stack).toContain('logger.test.ts')
    expect(Date.parse(parsed.time)).toBeGreaterThan(0)
  })

  test('[DA15] a link in the text itself loses its fragment', () => {
    expect(withoutLinkSecrets('got shoal:bafy?dn=a%20b&xl=1#k=zz now', true)).toBe(
      'got shoal:bafy?dn=a%20b&xl=1#[secret] now',
    )
    expect(withoutLinkSecrets('got shoal:bafy?dn=a%20b&xl=1', false)).toBe('got shoal:bafy?dn=[name]&xl=1')
  })

  test('[DA15] deep, wide and binary facts are cut', () => {
    const deep = { a: { b: { c: { d: { e: { f: 1 } } } } } }
    expect(JSON.stringify(redact(deep, true))).toContain('[deep]')
    expect(redact({ bytes: new Uint8Array(5), map: new Map([[1, 2]]) }, true)).toEqual({
      bytes: '[5 bytes]',
      map: '[1 items]',
    })
    expect((redact({ list: new Array(500).fill(1) }, true).list as number[]).length).toBe(50)
  })
})

describe('log file', () => {
  test('[DA16] a folder that can never be made loses the line, and nothing waits for it', () => {
    const path = process.platform === 'linux' ? '/proc/shoal/logs/shoal.log' : join(folder, 'no', 'logs', 'shoal.log')
    const file = new RotatingFile(path)
    file.write('line\n')
    expect(file.lostLines).toBe(1)
  })

  test('[DA16] five files at most, none larger than the limit, the newest lines in shoal.log', () => {
    const file = new RotatingFile(join(folder, 'logs', 'shoal.log'), { maxBytes: 1_000, maxFiles: 5 })
    for (let i = 0; i < 400; i++) file.write(`line ${String(i).padStart(4, '0')} ${'x'.repeat(40)}\n`)
    file.close()
    const names = readdirSync(join(folder, 'logs')).sort()
    expect(names).toEqual(['shoal.log', 'shoal.log.1', 'shoal.log.2', 'shoal.log.3', 'shoal.log.4'])
    for (const name of names) expect(statSync(join(folder, 'logs', name)).size).toBeLessThanOrEqual(1_000)
    const kept = [...names]
      .reverse()
      .map((name) => readFileSync(join(folder, 'logs', name), 'utf8'))
      .join('')
    const numbers = [...kept.matchAll(/line (\d+)/g)].map((match) => Number(match[1]))
    expect(numbers.at(-1)).toBe(399)
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i))
  })

  test('[DA16] a restart goes on in the same file, and rotates one that is full', () => {
    const path = join(folder, 'shoal.log')
    writeFileSync(path, 'x'.repeat(1_500))
    const file = new RotatingFile(path, { maxBytes: 1_000 })
    file.write('first\n')
    file.close()
    const again = new RotatingFile(path, { maxBytes: 1_000 })
    again.write('second\n')
    again.close()
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n')
    expect(existsSync(`${path}.1`)).toBe(true)
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('[DA16] a file that cannot be written loses lines, counts them, and throws nothing', () => {
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be')
    const file = new RotatingFile(join(folder, 'logs', 'shoal.log'))
    file.write('one\n')
    rmSync(join(folder, 'logs'))
    file.write('two\n')
    file.close()
    expect(file.lostLines).toBe(1)
    expect(readFileSync(join(folder, 'logs', 'shoal.log'), 'utf8')).toBe('two\n')
  })
})
