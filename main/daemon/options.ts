/**
 * The daemon's command line and environment, read into one value. Pure: argv, environment and system facts come in.
 * What it does not do: touch the disk, or check that an address can be used (the engine says so with its reason).
 * Rule [DA9].
 */
import { parseArgs } from 'node:util'
import type { NetworkMode } from '../../shared/contract/model.ts'
import { parseRate } from '../../shared/format/bytes.ts'
import { defaultProfileDir, type SystemFacts } from '../../shared/profile.ts'
import { LOG_LEVELS, type LogLevel } from '../engine/telemetry/logger.ts'

export interface DaemonOptions {
  readonly profileDir: string
  /** Of these, what is absent is as the profile's settings say. */
  readonly downloadDir?: string
  readonly network?: NetworkMode
  readonly listenPort?: number
  readonly bootstrap: readonly string[]
  readonly name?: string
  readonly lanDht?: boolean
  readonly internetDht?: boolean
  readonly mdns?: boolean
  readonly quic?: boolean
  readonly portMapping?: boolean
  readonly uploadSlots?: number
  readonly limitDown?: number
  readonly limitUp?: number
  /** TCP port of the contract on 127.0.0.1; 0 lets the system choose. */
  readonly apiPort: number
  /** Web origins besides our own that may use the contract (with the token). */
  readonly allowOrigins: readonly string[]
  /** Absolute folders besides home and downloads that a window in a browser may show. */
  readonly allowPaths?: readonly string[]
  readonly logLevel: LogLevel
  /** Readable text on stdout, or JSON log lines on stderr. */
  readonly output: 'foreground' | 'headless'
  /** Once it serves: open a window on it, or print the window's address. */
  readonly window?: 'open' | 'print'
}

export type ParsedOptions =
  | { readonly type: 'run'; readonly options: DaemonOptions }
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | { readonly type: 'wrong'; readonly reason: string }

const FLAGS = {
  profile: { type: 'string' },
  network: { type: 'string' },
  'download-dir': { type: 'string' },
  'listen-port': { type: 'string' },
  bootstrap: { type: 'string', multiple: true },
  name: { type: 'string' },
  'lan-dht': { type: 'boolean' },
  'internet-dht': { type: 'boolean' },
  mdns: { type: 'boolean' },
  quic: { type: 'boolean' },
  'port-mapping': { type: 'boolean' },
  'upload-slots': { type: 'string' },
  'limit-down': { type: 'string' },
  'limit-up': { type: 'string' },
  'api-port': { type: 'string' },
  'allow-origin': { type: 'string', multiple: true },
  'allow-path': { type: 'string', multiple: true },
  'log-level': { type: 'string' },
  foreground: { type: 'boolean' },
  headless: { type: 'boolean' },
  open: { type: 'boolean' },
  'print-address': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

export interface OptionFacts extends SystemFacts {
  readonly stdoutIsTerminal: boolean
  /** Makes a path absolute, from where the person stands. */
  readonly resolve: (path: string) => string
}

class Wrong extends Error {}

/** As shared/contract/settings.ts has them; its schemas are not loaded for `--help`. */
const MAX_NAME_LENGTH = 64
const MAX_ADDRESS_LENGTH = 512
const MAX_BOOTSTRAP = 32

export function parseOptions(argv: readonly string[], facts: OptionFacts): ParsedOptions {
  try {
    const { values } = parseArgs({ args: [...argv], options: FLAGS, allowNegative: true, strict: true })
    if (values.help === true) return { type: 'help' }
    if (values.version === true) return { type: 'version' }
    const port = (flag: 'listen-port' | 'api-port') => integer(flag, values[flag], 0, 65_535)
    const listenPort = port('listen-port')
    const network = values.network ?? given(facts.env.SHOAL_NETWORK)
    const downloadDir = folder('download-dir', values['download-dir'])
    const uploadSlots = integer('upload-slots', values['upload-slots'], 1, 1_000)
    const limitDown = rate('limit-down', values['limit-down'])
    const limitUp = rate('limit-up', values['limit-up'])
    const options: DaemonOptions = {
      profileDir: facts.resolve(folder('profile', values.profile) ?? defaultProfileDir(facts)),
      bootstrap: bootstrapAddresses(values.bootstrap ?? []),
      apiPort: port('api-port') ?? 0,
      allowOrigins: (values['allow-origin'] ?? []).map(origin),
      ...(values['allow-path'] === undefined ? {} : { allowPaths: allowedFolders(values['allow-path'], facts) }),
      logLevel: logLevel(values['log-level'] ?? given(facts.env.SHOAL_LOG_LEVEL) ?? 'info'),
      output: outputMode(values.foreground, values.headless, facts.stdoutIsTerminal),
      ...(values['print-address'] === true ? { window: 'print' } : values.open === true ? { window: 'open' } : {}),
      ...(network === undefined ? {} : { network: networkMode(network) }),
      ...(downloadDir === undefined ? {} : { downloadDir: facts.resolve(downloadDir) }),
      ...(listenPort === undefined ? {} : { listenPort }),
      ...(values.name === undefined ? {} : { name: nodeName(values.name) }),
      ...(values['lan-dht'] === undefined ? {} : { lanDht: values['lan-dht'] }),
      ...(values['internet-dht'] === undefined ? {} : { internetDht: values['internet-dht'] }),
      ...(values.mdns === undefined ? {} : { mdns: values.mdns }),
      ...(values.quic === undefined ? {} : { quic: values.quic }),
      ...(values['port-mapping'] === undefined ? {} : { portMapping: values['port-mapping'] }),
      ...(uploadSlots === undefined ? {} : { uploadSlots }),
      ...(limitDown === undefined ? {} : { limitDown }),
      ...(limitUp === undefined ? {} : { limitUp }),
    }
    return { type: 'run', options }
  } catch (error) {
    return { type: 'wrong', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** An empty variable is one that was not set. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** Empty is what `"$unset"` gives, and would mean the folder one happens to stand in. */
function folder(flag: string, text: string | undefined): string | undefined {
  if (text === '') throw new Wrong(`--${flag} is empty. For this folder write a dot.`)
  return text
}

function allowedFolders(paths: readonly string[], { resolve }: OptionFacts): readonly string[] {
  for (const path of paths) folder('allow-path', path)
  return paths.map((path) => resolve(path))
}

function networkMode(text: string): NetworkMode {
  if (text === 'local' || text === 'lan' || text === 'internet') return text
  throw new Wrong(`--network is one of local, lan, internet; not "${text}".`)
}

function nodeName(text: string): string {
  const { length } = text.trim()
  if (length === 0 || length > MAX_NAME_LENGTH) throw new Wrong(`--name has 1 to ${MAX_NAME_LENGTH} characters.`)
  return text.trim()
}

/** Whether each can be used the engine says; here only that they fit into the settings. */
function bootstrapAddresses(addresses: readonly string[]): readonly string[] {
  const tooLong = addresses.find((address) => address === '' || address.length > MAX_ADDRESS_LENGTH)
  if (tooLong !== undefined) throw new Wrong(`--bootstrap is a multiaddr of at most ${MAX_ADDRESS_LENGTH} characters.`)
  if (addresses.length > MAX_BOOTSTRAP) throw new Wrong(`--bootstrap may be given ${MAX_BOOTSTRAP} times.`)
  return addresses
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text)
  if (level === undefined) throw new Wrong(`--log-level is one of ${LOG_LEVELS.join(', ')}; not "${text}".`)
  return level
}

function integer(flag: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max))
    throw new Wrong(`--${flag} is a whole number from ${min} to ${max}; not "${text}".`)
  return value
}

function rate(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parsed = parseRate(text)
  if (!parsed.ok) throw new Wrong(`--${flag}: ${parsed.reason}`)
  return parsed.value
}

function origin(text: string): string {
  // An origin is compared as text with what a browser sends, so it must be written as a browser writes it.
  const parsed = URL.parse(text)
  if (text === 'null' || text === '*' || parsed === null || (parsed.origin !== 'null' && parsed.origin !== text)) {
    throw new Wrong(`--allow-origin is an exact web origin such as http://127.0.0.1:5173; not "${text}".`)
  }
  return text
}

function outputMode(foreground: boolean | undefined, headless: boolean | undefined, terminal: boolean) {
  if (headless === true) return 'headless'
  return foreground === true || (foreground === undefined && terminal) ? 'foreground' : 'headless'
}

export const USAGE = `Usage: shoal daemon [options]

Runs a Shoal node until it is told to stop (Ctrl-C or SIGTERM). What is said here of name, folder, network and slots counts
for this run; what is left out is as the profile's settings say.

  --profile DIR          where this node keeps its identity and shares     [env SHOAL_PROFILE]
  --network MODE         local: this machine only; lan: this network only;
                         internet: everything                              [env SHOAL_NETWORK]
  --download-dir DIR     where downloads go when nobody says otherwise
  --listen-port N        port for other peers (default: the one used last)
  --bootstrap ADDR       multiaddr of a peer to start from; may be repeated
  --name NAME            what this node calls itself
  --no-lan-dht, --no-internet-dht, --no-mdns, --no-quic, --no-port-mapping
                         leave a way of finding peers, a transport, or UPnP out
  --upload-slots N       how many peers may download from us at once
  --limit-down RATE, --limit-up RATE
                         bandwidth for all shares together, such as 5MB/s
  --api-port N           port on 127.0.0.1 for the app and for /metrics (default: any free)
  --allow-origin ORIGIN  another web origin that may use that port, with the token
  --allow-path DIR       another folder that a window in a browser may show; may be repeated
  --log-level LEVEL      ${LOG_LEVELS.join(', ')}                          [env SHOAL_LOG_LEVEL]
  --foreground           readable text on stdout (default on a terminal)
  --headless             log lines on stderr (default otherwise)
  --open                 open a window in a browser; also when a daemon runs already
  --print-address        print the window's address instead

Exit codes: 0 stopped as asked, 1 failure, 2 wrong usage, 3 another process holds the profile.
`
