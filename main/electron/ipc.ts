/**
 * The main process's end of the bridge. A message counts only when its sender is the main frame of our own page, and its
 * payload only when it is of the right shape; everything else is refused without an answer that helps. What the calls do
 * is passed in.
 * Rules [EL8] [EL22].
 */
import type { IpcMainEvent, IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import { INVOKE, SEND, type ShellBridge } from '../../shared/shell/bridge.ts'
import type { ShellCapabilities } from '../../shared/shell/shell-api.ts'
import type { ElectronApi } from './electron-api.ts'
import { isOurPage } from './window/app-protocol.ts'

const text = (max: number) => z.string().max(max)
const Picked = z.tuple([z.enum(['files', 'folder', 'save']), text(200)])
const Path = z.tuple([text(4_096).min(1)])
const Notify = z.tuple([text(200), text(1_000)])
const Nothing = z.tuple([])

/** The bridge, but for what the preload script answers itself; and messages without an answer say whose they are. */
export interface ShellCalls extends Omit<ShellBridge, 'pathOf' | 'wantPort' | 'listen'> {
  capabilities(): Promise<ShellCapabilities>
  wantPort(sender: IpcMainEvent['sender']): void
  listening(sender: IpcMainEvent['sender']): void
}

/** Whether a message comes from the main frame of our page. A frame that is being torn down has none: it is not. */
export function isTrusted(event: Pick<IpcMainInvokeEvent | IpcMainEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame
  return frame !== null && frame.parent === null && isOurPage(frame.url)
}

export function serveBridge(ipcMain: ElectronApi['ipcMain'], calls: ShellCalls): void {
  const invoke = <T extends readonly unknown[]>(channel: string, schema: z.ZodType<T>, run: (args: T) => unknown) => {
    ipcMain.handle(channel, async (event, ...args: unknown[]) => run(checked(event, schema, args)))
  }
  const send = <T extends readonly unknown[]>(
    channel: string,
    schema: z.ZodType<T>,
    run: (args: T, sender: IpcMainEvent['sender']) => void,
  ) => {
    ipcMain.on(channel, (event, ...args: unknown[]) => {
      // Nobody waits for an answer: what is refused is dropped.
      if (isTrusted(event) && schema.safeParse(args).success) run(schema.parse(args), event.sender)
    })
  }
  invoke(INVOKE.capabilities, Nothing, () => calls.capabilities())
  invoke(INVOKE.pickPaths, Picked, ([what, title]) => calls.pickPaths(what, title))
  invoke(INVOKE.reveal, Path, ([path]) => calls.reveal(path))
  invoke(INVOKE.restartEngine, Nothing, () => calls.restartEngine())
  invoke(INVOKE.quit, Nothing, () => calls.quit())
  invoke(INVOKE.checkForUpdates, Nothing, () => calls.checkForUpdates())
  invoke(INVOKE.installUpdate, Nothing, () => calls.installUpdate())
  send(SEND.notify, Notify, ([title, body]) => calls.notify(title, body))
  send(SEND.wantPort, Nothing, (_args, sender) => calls.wantPort(sender))
  send(SEND.listening, Nothing, (_args, sender) => calls.listening(sender))
}

function checked<T>(event: IpcMainInvokeEvent, schema: z.ZodType<T>, args: unknown): T {
  if (!isTrusted(event)) throw new Error('Refused.')
  const parsed = schema.safeParse(args)
  if (!parsed.success) throw new Error('Refused: malformed.')
  return parsed.data
}
