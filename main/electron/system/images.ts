/**
 * The app's own pictures at run time: the tray's, which is a template on macOS (black with alpha, tinted by the system), an
 * .ico on Windows, a coloured picture elsewhere; and the window's icon on Linux, where the desktop file is not always found.
 * They are drawn from assets/*.svg by scripts/icons.mjs.
 */
import { join } from 'node:path'
import type { NativeImage } from 'electron'
import type { ElectronApi } from '../electron-api.ts'

export function trayFile(platform: string): string {
  // The name matters: `…Template` and `@2x` are understood by the system.
  if (platform === 'darwin') return 'trayTemplate.png'
  return platform === 'win32' ? 'tray.ico' : 'tray.png'
}

export function trayImage(
  nativeImage: Pick<ElectronApi['nativeImage'], 'createFromPath'>,
  folder: string,
  platform: string,
): NativeImage {
  const image = nativeImage.createFromPath(join(folder, trayFile(platform)))
  if (platform === 'darwin') image.setTemplateImage(true)
  return image
}

export function iconFile(folder: string): string {
  return join(folder, 'icon.png')
}
