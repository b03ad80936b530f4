/**
 * Where a profile lives when nobody says otherwise, by the custom of each system. Pure: the caller passes platform,
 * environment and home. Rule [DA9].
 */
export interface SystemFacts {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** Below the profile: copies of files that were dropped on a window in a browser. They are made to be shared. */
export const UPLOADS_FOLDER = 'uploads'

export function defaultProfileDir({ platform, env, home }: SystemFacts): string {
  const chosen = env.SHOAL_PROFILE
  if (chosen !== undefined && chosen !== '') return chosen
  if (platform === 'win32') return `${env.APPDATA ?? `${home}\\AppData\\Roaming`}\\Shoal`
  if (platform === 'darwin') return `${home}/Library/Application Support/Shoal`
  const data = env.XDG_DATA_HOME
  // XDG: a relative value is invalid and is to be ignored.
  return `${data?.startsWith('/') === true ? data : `${home}/.local/share`}/shoal`
}

export function defaultDownloadDir({ platform, home }: SystemFacts): string {
  return platform === 'win32' ? `${home}\\Downloads` : `${home}/Downloads`
}
