/** [DA14] The folder of the profile: made or taken, closed to others, and never one that belongs to something else. */
import { chmod, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareProfileFolder } from '../../../main/daemon/profile-folder.ts'

let dir: string

beforeEach(async () => {
  dir = await realpath(await mkdtemp(path.join(tmpdir(), 'shoal-profile-')))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const modeOf = async (folder: string) => (await stat(folder)).mode & 0o777

describe.skipIf(process.platform === 'win32')('[DA14] a profile', () => {
  it('is made, for its owner only', async () => {
    const profile = path.join(dir, 'a', 'b')
    expect(await prepareProfileFolder(profile)).toBe(profile)
    expect(await modeOf(profile)).toBe(0o700)
  })

  it.each([
    ['an empty folder', []],
    ['one that was a profile before', ['identity.key', 'notes.txt']],
    ['one that a start has only begun', ['logs']],
  ])('may be %s that others can read: it is closed', async (_, names) => {
    await chmod(dir, 0o755)
    for (const name of names) await writeFile(path.join(dir, name), '')
    await prepareProfileFolder(dir)
    expect(await modeOf(dir)).toBe(0o700)
  })

  it('is not a folder with other things that others can read: it is left as it is', async () => {
    await chmod(dir, 0o755)
    await mkdir(path.join(dir, 'photos'))
    await expect(prepareProfileFolder(dir)).rejects.toMatchObject({ code: 'NOT_ALLOWED', facts: { path: dir } })
    expect(await modeOf(dir)).toBe(0o755)
  })

  it('may be a folder with other things that is closed already', async () => {
    await writeFile(path.join(dir, 'Preferences'), '')
    expect(await prepareProfileFolder(dir)).toBe(dir)
  })
})
