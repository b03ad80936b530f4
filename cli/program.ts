/**
 * The commands and their options, as commander sees them, and nothing of what they do: each command is loaded when it is
 * called. Options that say which node is meant stand before or after the command. Rules [CL1] [CL11].
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../shared/format/time.ts'
import type { Context } from './context.ts'
import { EXIT, EXIT_CODES_HELP } from './exit-codes.ts'

export interface GlobalOptions {
  readonly profile?: string
  readonly network?: 'local' | 'lan' | 'internet'
  readonly listenPort?: number
  readonly bootstrap: readonly string[]
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

export interface ProgramParts {
  readonly version: string
  context(options: GlobalOptions): Context
  runDaemon(argv: readonly string[]): Promise<number>
  readonly write: { out(text: string): void; err(text: string): void }
}

const EXAMPLES = `Examples:
  shoal share holiday.mp4                     a link for somebody else
  shoal share --together a.jpg b.jpg          one link for both
  shoal get 'shoal:bafy…?dn=holiday.mp4'      fetch it into this folder
  shoal get 'shoal:bafy…' --list              look before you fetch
  shoal get 'shoal:bafy…' --select '*.jpg' -o ~/Pictures
  shoal daemon --open                         keep a node running, and open its window
  shoal ls --json | jq '.[].root'
  shoal limit --up 1MB/s

Links contain "?" and "&": put them in quotes.
A share is named by its root CID, by the first ${6} or more characters of it, or by its exact name.`

/** Parses argv (without node and script), runs, and returns the exit code; errors of a command are thrown. */
export async function runProgram(argv: readonly string[], parts: ProgramParts): Promise<number> {
  let code: number = EXIT.ok
  const program = new Command('shoal')
  const run = (action: (context: Context) => Promise<number>) => async () => {
    code = await action(parts.context(program.opts<GlobalOptions>()))
  }
  program
    .description('Shares files and folders directly between machines, verified, with nobody in between.')
    .version(parts.version, '-V, --version')
    .addOption(new Option('--profile <dir>', 'the node’s folder [env SHOAL_PROFILE]').argParser(path))
    .addOption(
      new Option('--network <mode>', 'local, lan or internet [env SHOAL_NETWORK]').choices([
        'local',
        'lan',
        'internet',
      ]),
    )
    .addOption(new Option('--listen-port <n>', 'port for other peers, when this command is the node').argParser(port))
    .addOption(
      new Option('--bootstrap <addr>', 'multiaddr of a peer to start from; repeatable')
        .argParser(collect)
        .default([], ''),
    )
    .option('--json', 'JSON on stdout: one document, or one object per line for share and get', false)
    .option('-q, --quiet', 'only the result, no remarks', false)
    .option('-v, --verbose', 'a more detailed log in the profile', false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: parts.write.out, writeErr: parts.write.err })
    .showHelpAfterError('(--help says more)')
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_CODES_HELP}`)
    .exitOverride()

  program
    .command('daemon')
    .description('run a node until Ctrl-C (its own options: shoal daemon --help)')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options: unknown, command: Command) => {
      code = await parts.runDaemon([...globalArguments(program.opts<GlobalOptions>()), ...command.args])
    })
  program
    .command('share')
    .argument('<path...>', 'files or folders; they stay where they are', collectPaths)
    .description('make files or folders available, and print a link for each')
    .option('--together', 'one link for all of them: a folder with these in it', false)
    .option('--name <name>', 'what that folder is called (default: from the first name)')
    .addOption(
      new Option('--ignore <pattern>', 'leave out what fits (as in .gitignore); repeatable')
        .argParser(collect)
        .default([], ''),
    )
    .addHelpText('after', '\nWithout a daemon the command stays and shares until Ctrl-C.')
    .action(async (paths: string[], options: { ignore: string[]; together: boolean; name?: string }) => {
      await run(async (context) => (await import('./commands/share.ts')).share(context, paths, options))()
    })
  program
    .command('get')
    .argument('<link>', 'shoal: link, ipfs:// URI or root CID')
    .description('fetch a share, and print where it is')
    .addOption(new Option('-o, --output <dir>', 'folder to put it in (default: this one)').argParser(path))
    .addOption(new Option('--download-dir <dir>', 'the same').argParser(path).hideHelp())
    .addOption(new Option('--select <glob>', 'only files that fit; repeatable').argParser(collect).default([], ''))
    .option('--list', 'only show what is in it', false)
    .option('--sequential', 'first things first, for watching while it loads', false)
    .addOption(
      new Option('--timeout <time>', 'give up when nothing moves for so long, 0: never')
        .argParser(duration)
        .default(300_000, '5m'),
    )
    .option('--keep-sharing', 'without a daemon: stay and share it on when it is there', false)
    .addHelpText('after', '\nIf it is interrupted, the same command goes on where it was.')
    .action(
      async (
        link: string,
        o: {
          output?: string
          downloadDir?: string
          select: string[]
          list: boolean
          sequential: boolean
          timeout: number
          keepSharing: boolean
        },
      ) => {
        const output = o.output ?? o.downloadDir
        const options = {
          select: o.select,
          list: o.list,
          sequential: o.sequential,
          timeoutMs: o.timeout,
          keepSharing: o.keepSharing,
          ...(output === undefined ? {} : { output }),
        }
        await run(async (context) => (await import('./commands/get.ts')).get(context, link, options))()
      },
    )
  const reading = (name: 'ls' | 'status' | 'peers', description: string, argument: string) =>
    program
      .command(name)
      .argument('[share]', argument)
      .description(description)
      .action(async (reference: string | undefined) => {
        await run(async (context) => (await import('./commands/list.ts'))[name](context, reference))()
      })
  reading('ls', 'list the shares, or the files of one', 'show the files of this share')
  reading('status', 'what this node, or one share, is doing', 'a share instead of the node')
  reading('peers', 'who is connected, or who has a share', 'the peers of this share')
  const changing = (name: 'pause' | 'resume', description: string) =>
    program
      .command(name)
      .argument('[share...]')
      .option('--all', 'every share', false)
      .description(description)
      .action(async (references: string[], { all }: { all: boolean }) => {
        await run(async (context) => (await import('./commands/change.ts'))[name](context, { references, all }))()
      })
  changing('pause', 'stop moving a share, keeping everything')
  changing('resume', 'go on with a paused share')
  program
    .command('remove')
    .argument('[share...]')
    .description('forget a share; your own files are never touched')
    .option('--all', 'every share', false)
    .option('--with-data', 'also delete what was downloaded', false)
    .option('-y, --yes', 'do not ask', false)
    .action(async (references: string[], options: { all: boolean; withData: boolean; yes: boolean }) => {
      await run(async (context) => (await import('./commands/change.ts')).remove(context, { references, ...options }))()
    })
  program
    .command('limit')
    .description('show or set bandwidth limits')
    .option('--down <rate>', 'such as 5MB/s, 500kB or 1MiB; "none" lifts it')
    .option('--up <rate>', 'likewise')
    .option('--none', 'lift both', false)
    .option('--share <share>', 'for one share instead of all together')
    .action(async (options: { down?: string; up?: string; none: boolean; share?: string }) => {
      await run(async (context) => (await import('./commands/change.ts')).limit(context, options))()
    })
  program
    .command('open')
    .description('open the window of the running daemon in a browser')
    .option('--print', 'only print its address, which works once, within two minutes', false)
    .action(async (options: { print: boolean }) => {
      await run(async (context) => (await import('./commands/open.ts')).open(context, options))()
    })
  program
    .command('doctor')
    .description('look for what keeps others from reaching this node')
    .action(async () => {
      await run(async (context) => (await import('./commands/doctor.ts')).doctor(context))()
    })

  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version were asked for; anything else of commander's is wrong usage. It has written its words already.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  return code
}

const collect = (value: string, all: readonly string[]): string[] => [...all, value]

/** Empty is what `"$unset"` gives, and would mean the folder one happens to stand in. */
function path(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty. For this folder write a dot.')
  return text
}

const collectPaths = (value: string, all: readonly string[] | undefined): string[] => [...(all ?? []), path(value)]

function port(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= 65_535)) throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return value
}

function duration(text: string): number {
  const parsed = parseDuration(text)
  if (!parsed.ok) throw new InvalidArgumentError(parsed.reason)
  return parsed.value
}

/** The options that commander took before it handed the rest to `daemon`. */
function globalArguments(options: GlobalOptions): string[] {
  return [
    ...(options.profile === undefined ? [] : ['--profile', options.profile]),
    ...(options.network === undefined ? [] : ['--network', options.network]),
    ...(options.listenPort === undefined ? [] : ['--listen-port', String(options.listenPort)]),
    ...options.bootstrap.flatMap((address) => ['--bootstrap', address]),
    ...(options.verbose ? ['--log-level', 'debug'] : []),
  ]
}
