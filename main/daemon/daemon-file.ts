/** Writing, reading and removing `<profile>/daemon.json` (shape: shared/contract/daemon-file.ts). Rule [DA12]. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DAEMON_FILE, type DaemonFile, parseDaemonFile } from '../../shared/contract/daemon-file.ts'

export async function readDaemonFile(profileDir: string): Promise<DaemonFile | undefined> {
  const text = await readFile(join(profileDir, DAEMON_FILE), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseDaemonFile(text)
}

/** Whole or not at all: a client never reads half a token. */
export async function writeDaemonFile(profileDir: string, file: DaemonFile): Promise<void> {
  const path = join(profileDir, DAEMON_FILE)
  const fresh = `${path}.${process.pid}.tmp`
  await rm(fresh, { force: true })
  await writeFile(fresh, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(fresh, path)
}

export async function removeDaemonFile(profileDir: string): Promise<void> {
  await rm(join(profileDir, DAEMON_FILE), { force: true })
}
