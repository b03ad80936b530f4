/**
 * The application menu, as a template: what it says and what it calls. macOS gets its application menu and the roles its
 * people expect. Reload and developer tools are there only with --dev.
 * Rules [EL7] [EL27].
 */
import type { MenuItemConstructorOptions } from 'electron'
import type { Say } from '../messages/messages.ts'

export interface MenuActions {
  shareFiles(): void
  shareFolder(): void
  openFromClipboard(): void
  /** Absent: nothing is known of one. */
  website?: () => void
  quit(): void
}

export function menuTemplate(
  say: Say,
  actions: MenuActions,
  { platform, dev }: { readonly platform: string; readonly dev: boolean },
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const divider: MenuItemConstructorOptions = { type: 'separator' }
  const quit: MenuItemConstructorOptions = {
    label: say('app.quit'),
    accelerator: 'CommandOrControl+Q',
    click: () => actions.quit(),
  }
  const application: MenuItemConstructorOptions = {
    label: 'Shoal',
    submenu: [
      { role: 'about', label: say('app.about') },
      divider,
      { role: 'hide', label: say('app.hide') },
      { role: 'hideOthers', label: say('app.hideOthers') },
      { role: 'unhide', label: say('app.showAll') },
      divider,
      quit,
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: say('file'),
    submenu: [
      { label: say('file.shareFiles'), accelerator: 'CommandOrControl+O', click: () => actions.shareFiles() },
      { label: say('file.shareFolder'), accelerator: 'CommandOrControl+Shift+O', click: () => actions.shareFolder() },
      {
        label: say('file.openFromClipboard'),
        accelerator: 'CommandOrControl+Shift+V',
        click: () => actions.openFromClipboard(),
      },
      divider,
      { role: 'close', label: say('file.close') },
      ...(mac ? [] : [divider, quit]),
    ],
  }
  const edit: MenuItemConstructorOptions = {
    label: say('edit'),
    submenu: [
      { role: 'undo', label: say('edit.undo') },
      { role: 'redo', label: say('edit.redo') },
      divider,
      { role: 'cut', label: say('edit.cut') },
      { role: 'copy', label: say('edit.copy') },
      { role: 'paste', label: say('edit.paste') },
      { role: 'selectAll', label: say('edit.selectAll') },
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: say('view'),
    submenu: [
      ...(dev
        ? ([
            { role: 'reload', label: say('view.reload') },
            { role: 'toggleDevTools', label: say('view.devTools') },
            divider,
          ] satisfies MenuItemConstructorOptions[])
        : []),
      { role: 'resetZoom', label: say('view.actualSize') },
      { role: 'zoomIn', label: say('view.zoomIn') },
      { role: 'zoomOut', label: say('view.zoomOut') },
      divider,
      { role: 'togglefullscreen', label: say('view.fullScreen') },
    ],
  }
  const window: MenuItemConstructorOptions = {
    role: 'window',
    label: say('window'),
    submenu: [
      { role: 'minimize', label: say('window.minimize') },
      ...(mac
        ? ([
            { role: 'zoom', label: say('window.zoom') },
            { role: 'front', label: say('window.front') },
          ] satisfies MenuItemConstructorOptions[])
        : []),
    ],
  }
  const { website } = actions
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: say('help'),
    submenu: [
      ...(website === undefined ? [] : [{ label: say('help.website'), click: website }]),
      ...(mac ? [] : ([{ role: 'about', label: say('app.about') }] satisfies MenuItemConstructorOptions[])),
    ],
  }
  return [...(mac ? [application] : []), file, edit, view, window, help]
}
