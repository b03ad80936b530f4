/** What every command gets: where to write, whom to ask, when to stop. Built once by program.ts; tests build their own. */
import type { AddressAnswer } from './embedded.ts'
import type { Io } from './io.ts'
import type { Session } from './session.ts'

export interface Context {
  readonly io: Io
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly now: () => number
  /** How often a command that waits looks at the clock, in ms. */
  readonly tickMs: number
  /** Makes a path absolute from where the person stands: the daemon stands elsewhere. */
  readonly resolve: (path: string) => string
  /** Asks yes or no on the terminal; undefined when nobody can be asked. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined
  openSession(options: { embed: boolean; downloadDir?: string }): Promise<Session>
  /** The window of the daemon that runs for this profile. */
  readonly window: {
    askAddress(): Promise<AddressAnswer>
    open(address: string, say: (line: string) => void): Promise<void>
  }
}

/** Opens a session, runs, and closes it whatever happens. */
export async function withSession<T>(
  context: Context,
  options: { embed: boolean; downloadDir?: string },
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await context.openSession(options)
  try {
    return await run(session)
  } finally {
    await session.close()
  }
}
