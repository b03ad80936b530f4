/** `shoal pause`, `resume`, `remove`, `limit`: what a person changes about shares. Rules [CL2] [CL5] [CL10]. */
import type { EngineApi, LimitInput } from '../../shared/contract/engine-api.ts'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { formatRate, parseRate } from '../../shared/format/bytes.ts'
import { visible } from '../../shared/format/visible.ts'
import { type Context, withSession } from '../context.ts'
import { CliError, EXIT } from '../exit-codes.ts'
import { resolveReference } from '../reference.ts'

export interface Chosen {
  readonly references: readonly string[]
  readonly all: boolean
}

function choose({ references, all }: Chosen, shares: readonly ShareSummary[]): ShareSummary[] {
  if (all) return [...shares]
  if (references.length === 0) throw new CliError(EXIT.usage, 'Say which share, or --all.', 'USAGE')
  return [...new Set(references.map((reference) => resolveReference(reference, shares)))]
}

export async function pause(context: Context, chosen: Chosen): Promise<number> {
  return change(context, chosen, true, 'paused', (api, { root }) => api.pause(root))
}

/** Resuming without a daemon would end with the command: `get` is what goes on then. */
export async function resume(context: Context, chosen: Chosen): Promise<number> {
  return change(context, chosen, false, 'resumed', (api, { root }) => api.resume(root))
}

async function change(
  context: Context,
  chosen: Chosen,
  embed: boolean,
  done: string,
  run: (api: EngineApi, share: ShareSummary) => Promise<ShareSummary>,
): Promise<number> {
  const { io } = context
  return withSession(context, { embed }, async ({ api }) => {
    const changed: ShareSummary[] = []
    // All references are resolved before anything is changed.
    for (const share of choose(chosen, await api.shares())) {
      changed.push(await run(api, share))
      io.note(`${visible(share.name)}: ${done}`)
    }
    io.data(changed)
    return EXIT.ok
  })
}

export interface RemoveOptions extends Chosen {
  readonly withData: boolean
  readonly yes: boolean
}

export async function remove(context: Context, options: RemoveOptions): Promise<number> {
  const { io, confirm } = context
  return withSession(context, { embed: true }, async ({ api }) => {
    const shares = choose(options, await api.shares())
    const fetched = shares.filter((share) => share.origin === 'fetched')
    if (options.withData && fetched.length > 0 && !options.yes) {
      const what = fetched.map((share) => `  ${visible(share.path ?? share.name)}`)
      if (confirm === undefined)
        throw new CliError(EXIT.usage, '--with-data deletes what was downloaded; say --yes to mean it:', 'USAGE', what)
      if (!(await confirm(`Delete what was downloaded?\n${what.join('\n')}\n`)))
        throw new CliError(EXIT.cancelled, 'Nothing was removed.', 'CANCELLED')
    }
    for (const { root, name, origin } of shares) {
      await api.remove({ root, withData: options.withData })
      const kept =
        origin === 'in-place'
          ? '; your files are where they were'
          : options.withData
            ? ', with its data'
            : '; what was downloaded is kept'
      io.note(`${visible(name)}: removed${kept}`)
    }
    io.data(shares.map(({ root, name }) => ({ root, name, removed: true, withData: options.withData })))
    return EXIT.ok
  })
}

export interface LimitOptions {
  readonly down?: string
  readonly up?: string
  readonly none: boolean
  readonly share?: string
}

/** "5MB/s" -> bytes per second; "none" -> null. */
export function readLimit(flag: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined
  if (/^(none|unlimited|off)$/i.test(text)) return null
  const parsed = parseRate(text)
  if (!parsed.ok) throw new CliError(EXIT.usage, `--${flag}: ${parsed.reason}`, 'USAGE')
  return parsed.value
}

export async function limit(context: Context, options: LimitOptions): Promise<number> {
  const { io } = context
  const down = options.none ? null : readLimit('down', options.down)
  const up = options.none ? null : readLimit('up', options.up)
  return withSession(context, { embed: true }, async ({ api }) => {
    const share = options.share === undefined ? undefined : resolveReference(options.share, await api.shares())
    const input: LimitInput = {
      ...(share === undefined ? {} : { root: share.root }),
      ...(down === undefined ? {} : { down }),
      ...(up === undefined ? {} : { up }),
    }
    if (down !== undefined || up !== undefined) await api.limit(input)
    const text = (value: number | null | undefined) => (value == null ? 'no limit' : formatRate(value))
    if (share === undefined) {
      const { settings, scheduleActive } = await api.settings()
      const limits = settings.limits
      io.data({
        ...(limits.down === null ? {} : { limitDownBytesPerSecond: limits.down }),
        ...(limits.up === null ? {} : { limitUpBytesPerSecond: limits.up }),
        ...(scheduleActive ? { scheduleActive } : {}),
      })
      io.result(`All shares together: down ${text(limits.down)}, up ${text(limits.up)}`)
      if (scheduleActive) {
        const { down, up } = settings.schedule
        io.note(`The schedule is on now: until it ends, down ${text(down)}, up ${text(up)}.`)
      }
      return EXIT.ok
    }
    const { limitDownBytesPerSecond, limitUpBytesPerSecond } = await api.share(share.root)
    io.data({ root: share.root, limitDownBytesPerSecond, limitUpBytesPerSecond })
    io.result(`${visible(share.name)}: down ${text(limitDownBytesPerSecond)}, up ${text(limitUpBytesPerSecond)}`)
    return EXIT.ok
  })
}
