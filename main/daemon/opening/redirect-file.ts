/**
 * The file through which a browser is told a one-time address. On its command line everybody on this machine could read
 * the token; in a file of mode 0600 nobody else can. What it holds is worthless once the page has been opened.
 * Rules [DA21] [DA27].
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const NAME = 'open-shoal.html'

/**
 * A folder that the browser may read and write. A snap sees nothing of the hidden folders that profiles lie in, and has one
 * of its own for the purpose.
 */
export function browserFolder(browser: string, facts: { profileDir: string; home: string }): string {
  const snap = /^\/snap\/bin\/([\w-]+)|^\/snap\/([\w-]+)\//.exec(browser)
  const name = snap?.[1] ?? snap?.[2]
  return name === undefined ? join(facts.profileDir, 'window') : join(facts.home, 'snap', name, 'common', 'shoal')
}

/** The file's path. One that was there is replaced by a new file, which nobody has open. */
export async function writeRedirect(folder: string, address: string): Promise<string> {
  const path = join(folder, NAME)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rm(path, { force: true })
  await writeFile(path, page(address), { mode: 0o600, flag: 'wx' })
  return path
}

function page(address: string): string {
  if (!/^http:\/\/127\.0\.0\.1:\d+\/#t=[0-9a-f]{64}$/.test(address)) throw new Error('That is no address of ours.')
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${address}">
<title>Shoal</title>
<a href="${address}">Shoal</a>
`
}
