/** Native parts (menus, dialogs, scroll bars, prefers-color-scheme of the page) follow the theme setting. Rule [EL27]. */
import type { Settings } from '../../../shared/contract/settings.ts'
import type { ElectronApi } from '../electron-api.ts'

export function followTheme(
  nativeTheme: Pick<ElectronApi['nativeTheme'], 'themeSource'>,
  theme: Settings['ui']['theme'],
) {
  const source = theme === 'auto' ? 'system' : theme
  if (nativeTheme.themeSource !== source) nativeTheme.themeSource = source
}
