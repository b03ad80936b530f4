/**
 * One app per profile, and everything the system hands to it: the single-instance lock comes first of all, then deep links
 * and files, from this start, from later starts, and from macOS events that may come before the app is ready.
 * Rules [EL1] [EL11] [EL12].
 */
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseArguments } from './arguments.ts'
import type { ElectronApi } from './electron-api.ts'
import type { OpenRequests } from './open-requests.ts'

/** What a second start passes on: Chromium reorders the argv of the event, so it is not used. */
const Handover = z.object({
  argv: z.array(z.string().max(32_768)).max(2_000),
  cwd: z.string().max(4_096),
})

/** False: another one runs for this profile and has been told; quit without doing anything. */
export function becomeTheOne(
  app: Pick<ElectronApi['app'], 'requestSingleInstanceLock'>,
  own: z.infer<typeof Handover>,
) {
  return app.requestSingleInstanceLock(own)
}

export interface Receiver {
  readonly requests: OpenRequests
  /** Something was asked for: show the window. */
  ask(): void
  report(problem: string, error: unknown): void
}

export function receiveRequests(
  app: Pick<ElectronApi['app'], 'on'>,
  own: z.infer<typeof Handover>,
  { requests, ask, report }: Receiver,
): void {
  const add = (links: readonly string[], paths: readonly string[]) => {
    requests.add({ links, paths }).catch((error: unknown) => report('a request to open something was lost', error))
  }
  const addCommandLine = ({ argv, cwd }: z.infer<typeof Handover>) => {
    const { links, paths } = parseArguments(argv)
    add(
      links,
      paths.map((path) => resolve(cwd, path)),
    )
  }
  app.on('open-url', (event, url) => {
    event.preventDefault()
    add([url], [])
    ask()
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    add([], [path])
    ask()
  })
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const handover = Handover.safeParse(data)
    if (handover.success) addCommandLine(handover.data)
    ask()
  })
  addCommandLine(own)
}
