/** Listing folders on a real disk: what lies below the allowed roots is shown, and nothing else is, whatever leads there. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Folders } from '../../../main/daemon/folders.ts'
import { MAX_FOLDER_ENTRIES } from '../../../shared/shell/shell-api.ts'

let ground = ''
let home = ''
let folders: Folders
beforeEach(() => {
  ground = realpathSync(mkdtempSync(join(tmpdir(), 'shoal-folders-')))
  home = join(ground, 'home')
  mkdirSync(join(home, 'profile/uploads'), { recursive: true })
  mkdirSync(join(ground, 'elsewhere'))
  writeFileSync(join(ground, 'elsewhere/secret'), 'x')
  folders = new Folders({
    roots: async () => [home, join(ground, 'gone')],
    forbidden: [join(home, 'profile')],
  })
})
afterEach(() => rmSync(ground, { recursive: true }))

const names = async (path?: string) => (await folders.list(path)).entries.map(({ name }) => name)

describe('listing', () => {
  test('[DA24] without a path shows the roots that are there', async () => {
    expect(await folders.list(undefined)).toMatchObject({ entries: [{ name: home, kind: 'folder' }], writable: false })
  })

  test('[DA24] shows folders first, by name, with sizes and times, and marks what is hidden', async () => {
    mkdirSync(join(home, 'b'))
    mkdirSync(join(home, 'A'))
    writeFileSync(join(home, 'file 10'), '12345')
    writeFileSync(join(home, 'file 9'), '')
    writeFileSync(join(home, '.hidden'), '1')
    const { entries, path, parent, writable, truncated } = await folders.list(home)
    expect(entries.map(({ name }) => name)).toEqual(['A', 'b', '.hidden', 'file 9', 'file 10'])
    expect(entries[4]).toMatchObject({ kind: 'file', sizeBytes: 5, hidden: false, modifiedAt: expect.any(Number) })
    expect(entries[2]).toMatchObject({ hidden: true })
    expect({ path, parent, writable, truncated }).toEqual({ path: home, writable: true, truncated: false })
    expect((await folders.list(join(home, 'b'))).parent).toBe(home)
  })

  test('[DA24] never shows the profile, by whatever way', async () => {
    expect(await names(home)).toEqual([])
    symlinkSync(join(home, 'profile'), join(home, 'way-in'))
    expect(await names(home)).toEqual([])
    for (const path of ['profile', 'profile/uploads', 'way-in', 'way-in/uploads', './b/../profile'])
      await expect(folders.list(join(home, path))).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })

  test('[DA24] never shows the profile, also when it is known by a path with a link in it', async () => {
    symlinkSync(home, join(ground, 'linked-home'))
    const linked = new Folders({
      roots: async () => [join(ground, 'linked-home')],
      forbidden: [join(ground, 'linked-home/profile')],
    })
    expect((await linked.list(home)).entries).toEqual([])
    expect((await linked.list(join(ground, 'linked-home'))).path).toBe(home)
    await expect(linked.list(join(home, 'profile'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })

  test('[DA24] does not follow a link out of the roots, and shows one that stays inside as what it leads to', async () => {
    mkdirSync(join(home, 'inside'))
    symlinkSync(join(ground, 'elsewhere'), join(home, 'out'))
    symlinkSync(join(ground, 'elsewhere/secret'), join(home, 'out-file'))
    symlinkSync(join(home, 'inside'), join(home, 'in'))
    symlinkSync(join(home, 'nowhere'), join(home, 'dangling'))
    symlinkSync(join(home, 'loop'), join(home, 'loop'))
    expect((await folders.list(home)).entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['in', 'folder'],
      ['inside', 'folder'],
    ])
    await expect(folders.list(join(home, 'out'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await folders.list(join(home, 'in'))).path).toBe(join(home, 'inside'))
  })

  test('[DA24] outside of the roots, what is there is not told from what is not', async () => {
    const refusal = async (path: string) => {
      const error = await folders.list(path).catch((reason: unknown) => reason)
      return error instanceof Error && 'code' in error ? `${error.code} ${error.message}` : 'shown'
    }
    const there = await refusal(join(ground, 'elsewhere'))
    expect(there).toContain('NOT_ALLOWED')
    for (const path of [join(ground, 'nowhere'), `${home}-other`, '/', '/etc', `${home}/../elsewhere`])
      expect(await refusal(path)).toBe(there)
  })

  test.each([['relative'], [''], ['./x'], ['a\0b']])('[DA24] refuses a path that is not absolute: %j', async (path) => {
    await expect(folders.list(path)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('[DA24] says what is wrong with a folder inside', async () => {
    writeFileSync(join(home, 'file'), '')
    await expect(folders.list(join(home, 'gone'))).rejects.toMatchObject({ code: 'PATH_MISSING' })
    await expect(folders.list(join(home, 'file'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('[DA24] stops at its limit and says so', async () => {
    mkdirSync(join(home, 'many'))
    for (let i = 0; i <= MAX_FOLDER_ENTRIES; i += 1) writeFileSync(join(home, 'many', String(i)), '')
    const { entries, truncated } = await folders.list(join(home, 'many'))
    expect(entries).toHaveLength(MAX_FOLDER_ENTRIES)
    expect(truncated).toBe(true)
  })
})

describe('a new folder', () => {
  test('[DA24] is made where it may be shown', async () => {
    expect(await folders.create(home, 'Neu 1')).toBe(join(home, 'Neu 1'))
    expect(await names(home)).toEqual(['Neu 1'])
    await expect(folders.create(home, 'Neu 1')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await expect(folders.create(join(ground, 'elsewhere'), 'x')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })

  test.each([['..'], ['a/b'], ['../x'], ['con'], ['a:b'], ['x.'], ['\u202egpj']])(
    '[DA24] gets no name that another system could not have: %j',
    async (name) => {
      await expect(folders.create(home, name)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    },
  )
})
