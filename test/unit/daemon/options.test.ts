/** The daemon's options and the words it prints. */
import { describe, expect, test } from 'vitest'
import { banner, commandFor, eventLine } from '../../../main/daemon/foreground.ts'
import { parseOptions, USAGE } from '../../../main/daemon/options.ts'
import { planSocket } from '../../../main/daemon/socket-path.ts'
import { parseDaemonFile } from '../../../shared/contract/daemon-file.ts'
import { defaultProfileDir } from '../../../shared/profile.ts'
import { node } from '../../support/samples.ts'

const facts = (env: Record<string, string> = {}, stdoutIsTerminal = false) => ({
  platform: 'linux',
  env,
  home: '/home/ada',
  stdoutIsTerminal,
  resolve: (path: string) => (path.startsWith('/') ? path : `/cwd/${path}`),
})

function run(argv: string[], env: Record<string, string> = {}, terminal = false) {
  const parsed = parseOptions(argv, facts(env, terminal))
  if (parsed.type !== 'run') throw new Error(`${parsed.type} ${'reason' in parsed ? parsed.reason : ''}`)
  return parsed.options
}

describe('daemon options', () => {
  test('[DA9] [SE2] defaults; what the settings of the profile decide is left out', () => {
    expect(run([])).toEqual({
      profileDir: '/home/ada/.local/share/shoal',
      bootstrap: [],
      apiPort: 0,
      allowOrigins: [],
      logLevel: 'info',
      output: 'headless',
    })
  })

  test('[DA9] everything said on the command line', () => {
    const argv =
      '--profile p --network lan --download-dir d --listen-port 4001 --bootstrap /ip4/1.2.3.4/tcp/1 --bootstrap /dnsaddr/x --name Ada --no-mdns --no-quic --no-port-mapping --lan-dht --no-internet-dht --upload-slots 8 --limit-up 1MB/s --api-port 9 --allow-origin http://127.0.0.1:5173 --log-level debug --foreground'
    expect(run(argv.split(' '))).toEqual({
      profileDir: '/cwd/p',
      downloadDir: '/cwd/d',
      network: 'lan',
      listenPort: 4001,
      bootstrap: ['/ip4/1.2.3.4/tcp/1', '/dnsaddr/x'],
      name: 'Ada',
      mdns: false,
      quic: false,
      portMapping: false,
      lanDht: true,
      internetDht: false,
      uploadSlots: 8,
      limitUp: 1_000_000,
      apiPort: 9,
      allowOrigins: ['http://127.0.0.1:5173'],
      logLevel: 'debug',
      output: 'foreground',
    })
  })

  test('[DA9] the environment fills in, and the command line wins over it', () => {
    const env = { SHOAL_NETWORK: 'local', SHOAL_PROFILE: '/p', SHOAL_LOG_LEVEL: 'warn' }
    expect(run([], env)).toMatchObject({ network: 'local', profileDir: '/p', logLevel: 'warn' })
    expect(run([], { SHOAL_NETWORK: '', SHOAL_LOG_LEVEL: '', SHOAL_PROFILE: '' })).toEqual(run([]))
    expect(run(['--network', 'lan', '--profile', '/q'], env)).toMatchObject({ network: 'lan', profileDir: '/q' })
  })

  test.each([
    [['--network', 'moon'], '--network'],
    [['--listen-port', '70000'], '--listen-port'],
    [['--listen-port', '1e3'], '--listen-port'],
    [['--upload-slots', '0'], '--upload-slots'],
    [['--name', ' '], '--name'],
    [['--profile', ''], '--profile is empty'],
    [['--download-dir', ''], '--download-dir is empty'],
    [['--allow-path', '/a', '--allow-path', ''], '--allow-path is empty'],
    [['--name', 'x'.repeat(65)], '--name'],
    [['--bootstrap', 'x'.repeat(513)], '--bootstrap'],
    [Array.from({ length: 33 }, () => ['--bootstrap', '/x']).flat(), '--bootstrap'],
    [['--limit-up', 'fast'], '--limit-up'],
    [['--log-level', 'loud'], '--log-level'],
    [['--allow-origin', '*'], '--allow-origin'],
    [['--allow-origin', 'null'], '--allow-origin'],
    [['--allow-origin', 'http://a.example/path'], '--allow-origin'],
    [['--unknown'], '--unknown'],
    [['stray'], 'stray'],
  ])('[DA9] %j is refused and named', (argv, named) => {
    const parsed = parseOptions(argv, facts())
    expect(parsed).toMatchObject({ type: 'wrong' })
    expect(parsed.type === 'wrong' ? parsed.reason : '').toContain(named)
  })

  test('[DA9] a wrong SHOAL_NETWORK is refused: it may be what keeps a test off the internet', () => {
    expect(parseOptions([], facts({ SHOAL_NETWORK: 'Local' }))).toMatchObject({ type: 'wrong' })
  })

  test('[DA19] readable on a terminal, log lines elsewhere, unless said', () => {
    expect(run([], {}, true).output).toBe('foreground')
    expect(run(['--headless'], {}, true).output).toBe('headless')
    expect(run(['--foreground', '--headless'], {}, true).output).toBe('headless')
    expect(run(['--foreground']).output).toBe('foreground')
  })

  test('[DA9] every flag stands in the help', () => {
    for (const flag of [
      'profile',
      'network',
      'download-dir',
      'listen-port',
      'bootstrap',
      'name',
      'no-mdns',
      'upload-slots',
      'limit-down',
      'api-port',
      'allow-origin',
      'log-level',
      'headless',
    ]) {
      expect(USAGE).toContain(`--${flag}`)
    }
  })

  test.each([
    [{ platform: 'linux', env: {}, home: '/h' }, '/h/.local/share/shoal'],
    [{ platform: 'linux', env: { XDG_DATA_HOME: '/data' }, home: '/h' }, '/data/shoal'],
    [{ platform: 'linux', env: { XDG_DATA_HOME: 'relative' }, home: '/h' }, '/h/.local/share/shoal'],
    [{ platform: 'darwin', env: {}, home: '/Users/a' }, '/Users/a/Library/Application Support/Shoal'],
    [{ platform: 'win32', env: { APPDATA: 'C:\\A' }, home: 'C:\\U' }, 'C:\\A\\Shoal'],
    [{ platform: 'win32', env: { SHOAL_PROFILE: 'D:\\p' }, home: 'C:\\U' }, 'D:\\p'],
  ])('[DA9] the profile of %j', (system, profile) => {
    expect(defaultProfileDir(system)).toBe(profile)
  })
})

describe('where the socket goes', () => {
  test.each([
    [
      { platform: 'linux', profileDir: '/p', tmpDir: '/tmp' },
      { kind: 'profile', path: '/p/shoal.sock' },
    ],
    [
      { platform: 'linux', profileDir: `/${'x'.repeat(100)}`, tmpDir: '/tmp' },
      { kind: 'private-dir', prefix: '/tmp/shoal-' },
    ],
    [
      { platform: 'linux', profileDir: `/${'é'.repeat(50)}`, tmpDir: '/tmp' },
      { kind: 'private-dir', prefix: '/tmp/shoal-' },
    ],
    [{ platform: 'linux', profileDir: `/${'x'.repeat(100)}`, tmpDir: `/${'t'.repeat(90)}` }, { kind: 'none' }],
  ])('[DA13] %j', (where, plan) => {
    expect(planSocket(where)).toEqual(plan)
  })

  test('[DA13] on Windows a pipe that depends on the profile and not on its spelling', () => {
    const pipe = (profileDir: string) => planSocket({ platform: 'win32', profileDir, tmpDir: 'C:\\T' })
    expect(pipe('C:\\P')).toEqual(pipe('c:\\p'))
    expect(pipe('C:\\P')).not.toEqual(pipe('C:\\Q'))
    expect(pipe('C:\\P')).toMatchObject({
      kind: 'pipe',
      path: expect.stringMatching(/^\\\\\.\\pipe\\shoal-[0-9a-f]{32}$/),
    })
  })
})

describe('daemon.json', () => {
  const good = { version: 1, pid: 7, startedAt: 1, port: 8, token: 'a'.repeat(64), socket: '/s' }
  test('[DA12] is read back', () => {
    expect(parseDaemonFile(JSON.stringify(good))).toEqual(good)
    const { socket: _socket, ...without } = good
    expect(parseDaemonFile(JSON.stringify(without))).toEqual(without)
  })
  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":2}',
    JSON.stringify({ ...good, token: 'short' }),
    JSON.stringify({ ...good, port: '8' }),
  ])('[DA12] %s is no daemon', (text) => {
    expect(parseDaemonFile(text)).toBeUndefined()
  })
})

describe('words in the foreground', () => {
  test('[DA19] who I am, where I listen, how many peers, what to type next', () => {
    const text = banner({ node: node({ connections: 3, shoalPeers: 1 }), shares: 2, command: 'shoal' })
    expect(text).toContain('Quiet Heron')
    expect(text).toContain('/ip4/127.0.0.1/tcp/4001')
    expect(text).toContain('3 connected, 1 of them speaks Shoal')
    expect(text).toContain('shoal share <file or folder>')
    expect(text).toContain('\nReady.')
  })
  test('[DA19] nowhere and none are said, not left out', () => {
    const text = banner({ node: node({ listening: [] }), shares: 0, command: 'shoal' })
    expect(text).toContain('nowhere')
    expect(text).toContain('none yet')
  })
  test('[CL7] names from the network cannot drive the terminal', () => {
    expect(eventLine({ at: 0, kind: 'peer-joined', text: 'a\u001b[2Jb\u202e' })).toMatch(
      / {2}a\\u\{1b\}\[2Jb\\u\{202e\}$/,
    )
    expect(banner({ node: node({ name: '\u001b]0;x\u0007' }), shares: 0, command: 'shoal' })).not.toContain('\u001b')
  })
  test('[DA19] the commands it names reach this very node', () => {
    const at = (profileDir: string, env = {}) => commandFor({ env, profileDir, defaultProfileDir: '/d' })
    expect(at('/d')).toBe('shoal')
    expect(at('/d', { npm_lifecycle_event: 'start' })).toBe('npm run -s shoal --')
    expect(at('/tmp/a')).toBe('shoal --profile /tmp/a')
    expect(at("/tmp/a b'c")).toBe("shoal --profile '/tmp/a b'\\''c'")
  })
})
