/**
 * The system's file dialogs, and what may be shown in the file manager: only what the engine itself names (shares, what is
 * being imported, the download folder), so that a page cannot make the desktop open anything else. Nothing is ever opened
 * with a program, only shown in its folder.
 * Rules [EL9] [EL10].
 */
import { isAbsolute, relative, sep } from 'node:path'
import type { BrowserWindow, OpenDialogOptions } from 'electron'
import type { ReplicaState } from '../../../shared/contract/replica.ts'
import { insideBy } from '../../../shared/inside.ts'
import type { PickWhat } from '../../../shared/shell/bridge.ts'
import type { ElectronApi } from '../electron-api.ts'

const isInside = insideBy({ relative, isAbsolute, sep })

const PROPERTIES: Readonly<Record<'files' | 'folder', OpenDialogOptions['properties']>> = {
  files: ['openFile', 'multiSelections'],
  folder: ['openDirectory', 'createDirectory'],
}

export async function pickPaths(
  dialog: Pick<ElectronApi['dialog'], 'showOpenDialog' | 'showSaveDialog'>,
  window: BrowserWindow | undefined,
  what: PickWhat,
  title: string,
): Promise<string[] | undefined> {
  if (what === 'save') {
    const options = { title, properties: ['createDirectory' as const] }
    const { canceled, filePath } = await (window === undefined
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(window, options))
    return canceled || filePath === '' ? undefined : [filePath]
  }
  const options: OpenDialogOptions = { title, properties: PROPERTIES[what] ?? [] }
  const { canceled, filePaths } = await (window === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options))
  return canceled || filePaths.length === 0 ? undefined : filePaths
}

export function mayReveal(path: string, state: ReplicaState): boolean {
  if (!isAbsolute(path)) return false
  const known = [
    state.settings.settings.downloadFolder,
    state.node.profile,
    ...[...state.shares.values()].flatMap(({ path, paths }) => (path === undefined ? (paths?.first ?? []) : [path])),
    ...[...state.jobs.values()].map((job) => job.path),
  ]
  return known.some((folder) => isInside(folder, path))
}
