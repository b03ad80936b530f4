/** Several files and folders as one share: the root is that of a folder with these children, and each stays where it lies. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ImportOptions, importPath, importPaths } from '../../../main/engine/content/import-path.ts'
import { distinctPaths } from '../../../main/engine/content/import-source.ts'
import type { KnownFile } from '../../../main/engine/content/known-file.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { MAX_PATHS_TOGETHER } from '../../../shared/contract/limits.ts'
import { Blocks, temporaryFolder, writeTree } from './support.ts'

const together = (paths: readonly string[], options: ImportOptions = {}) => importPaths({ name: 'all', paths }, options)

/** The same content, each thing in another place: `alone` as children of one folder, `apart` one by one. */
async function scattered(files: Readonly<Record<string, string | Uint8Array>>) {
  const base = await temporaryFolder()
  const alone = join(base, 'alone')
  await writeTree(alone, files)
  const tops = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]
  const apart = new Map(tops.map((top, index) => [top, join(base, `place ${index}`, top)]))
  for (const [path, content] of Object.entries(files)) {
    const [top = '', ...below] = path.split('/')
    const target = join(apart.get(top) ?? '', ...below)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
  return { base, alone, apart: [...apart.values()] }
}

const FILES = {
  'z last.txt': 'z',
  'photo.jpg': Buffer.alloc(2_500_000, 3),
  empty: '',
  '.hidden': 'h',
  'Grüße 🐟.txt': 'fish',
  'trip/day one/a.jpg': Buffer.alloc(1_048_576, 1),
  'trip/b.jpg': 'b',
}

describe('[CO8] several paths have the root of a folder with these children', () => {
  test('files and folders from many places, in any order', async () => {
    const { alone, apart } = await scattered(FILES)
    const expected = await importPath(alone)
    for (const paths of [apart, [...apart].reverse()]) {
      const blocks = new Blocks()
      const result = await together(paths, { onNode: (cid, bytes) => void blocks.byCid.set(cid.toString(), bytes) })
      expect(result.root.toString()).toBe(expected.root.toString())
      expect(result).toMatchObject({
        type: 'directory',
        name: 'all',
        isTogether: true,
        totalBytes: expected.totalBytes,
      })
      expect([...result.paths].sort()).toEqual([...apart].sort())
      const manifest = await readManifest(result.root, blocks.source)
      expect(result.files.map(({ path }) => path)).toEqual(manifest.files.map(({ path }) => path))
      for (const { path } of result.files) {
        const top = path.split('/')[0] ?? ''
        const place = dirname(apart.find((one) => one.endsWith(`/${top}`)) ?? '')
        expect(result.locate(path)).toBe(join(place, path))
      }
    }
  })

  test('one file, an empty folder, three thousand files that make a HAMT of nothing else', async () => {
    const { alone, apart } = await scattered({ 'only.txt': 'x' })
    expect((await together(apart)).root.toString()).toBe((await importPath(alone)).root.toString())
    const base = await temporaryFolder()
    await mkdir(join(base, 'a/none'), { recursive: true })
    await mkdir(join(base, 'b/none'), { recursive: true })
    const folder = await importPath(join(base, 'a'))
    expect((await together([join(base, 'b/none')])).root.toString()).toBe(folder.root.toString())
    const many = await temporaryFolder()
    const names = Array.from({ length: 3_000 }, (_, index) => `${'long name '.repeat(4)}${index}`)
    for (const name of names) writeFileSync(join(many, name), name)
    const paths = names.map((name) => join(many, name))
    expect((await together(paths)).root.toString()).toBe((await importPath(many)).root.toString())
  })

  test('as many as are allowed', async () => {
    const base = await temporaryFolder()
    const names = Array.from({ length: MAX_PATHS_TOGETHER }, (_, index) => `${index}.txt`)
    for (const name of names) writeFileSync(join(base, name), '')
    const result = await together(names.map((name) => join(base, name)))
    expect(result.files).toHaveLength(MAX_PATHS_TOGETHER)
    expect(result.root.toString()).toBe((await importPath(base)).root.toString())
    const more = [...names.map((name) => join(base, name)), join(base, 'one more')]
    await expect(together(more)).rejects.toMatchObject({ code: 'BAD_INPUT', facts: { limit: MAX_PATHS_TOGETHER } })
  })

  test('patterns count from the folder that the paths become; a named file that fits is left out and said', async () => {
    const { apart } = await scattered({ 'note.tmp': 'x', 'trip/cache.tmp': 'x', 'trip/keep': 'x', keep: 'x' })
    const result = await together(apart, { ignore: ['*.tmp', '/trip/keep'] })
    expect(result.files.map(({ path }) => path)).toEqual(['keep'])
    expect(result.skipped).toEqual([
      { path: 'note.tmp', reason: 'ignored' },
      { path: 'trip/cache.tmp', reason: 'ignored' },
      { path: 'trip/keep', reason: 'ignored' },
    ])
  })
})

describe('[CO9] what cannot be the children of one folder is refused by name', () => {
  test('the same path counts once, however it is written', async () => {
    const { base, alone, apart } = await scattered({ 'a.txt': 'a', 'b.txt': 'b' })
    const [a = '', b = ''] = apart
    const result = await together([a, b, a, `${base}/./place 0/../place 1/b.txt`, `${b}/`])
    expect(result.root.toString()).toBe((await importPath(alone)).root.toString())
  })

  test.each([
    ['the same name', ['/one/a.jpg', '/two/a.jpg']],
    ['another case', ['/one/A.JPG', '/two/a.jpg']],
    ['another normalization', ['/one/\u00e4.jpg', '/two/a\u0308.jpg']],
  ])('%s', (_what, paths) => {
    const [other = '', path = ''] = paths
    expect(() => distinctPaths(paths)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', facts: { path, other }, message: expect.stringContaining(path) }),
    )
  })

  test.each([['/'], ['/folder/back\\slash']])('a name that no receiver takes: %s', (path) => {
    expect(() => distinctPaths([path])).toThrow(expect.objectContaining({ code: 'BAD_INPUT', facts: { path } }))
  })

  test('nothing at all', () => {
    expect(() => distinctPaths([])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  })

  test('a path inside of another, seen through links too', async () => {
    const base = await temporaryFolder()
    await writeTree(base, { 'trip/day/a.jpg': 'a', 'trip2/b.jpg': 'b' })
    const inner = join(base, 'trip/day/a.jpg')
    const refused = { code: 'BAD_INPUT', facts: { path: inner, other: join(base, 'trip') } }
    await expect(together([join(base, 'trip'), inner])).rejects.toMatchObject(refused)
    await expect(together([inner, join(base, 'trip')])).rejects.toMatchObject(refused)
    await symlink(join(base, 'trip'), join(base, 'link'))
    await expect(together([join(base, 'link'), inner])).rejects.toMatchObject(refused)
    await expect(together([join(base, 'link'), join(base, 'trip')])).rejects.toMatchObject({ code: 'BAD_INPUT' })
    // A name that only begins like a folder's is not inside of it.
    expect((await together([join(base, 'trip'), join(base, 'trip2')])).files).toHaveLength(2)
  })

  test('a path that is not there, and what is neither file nor folder', async () => {
    const { base, apart } = await scattered({ 'a.txt': 'a' })
    await expect(together([...apart, join(base, 'nothing')])).rejects.toMatchObject({
      code: 'PATH_MISSING',
      facts: { path: join(base, 'nothing') },
    })
    const pipe = join(base, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(together([...apart, pipe])).rejects.toMatchObject({ code: 'BAD_INPUT', facts: { path: pipe } })
  })

  test('cancelled before it began', async () => {
    const { apart } = await scattered({ 'a.txt': 'a' })
    const reason = new Error('enough')
    await expect(together(apart, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

test('[CO3] a link that was named is followed and keeps its name; one inside of a named folder is not', async () => {
  const base = await temporaryFolder()
  await writeTree(base, { 'real.txt': 'real', 'trip/a': 'a', 'expected/link.txt': 'real', 'expected/trip/a': 'a' })
  await symlink(join(base, 'real.txt'), join(base, 'link.txt'))
  await symlink(join(base, 'real.txt'), join(base, 'trip/inner'))
  const result = await together([join(base, 'link.txt'), join(base, 'trip')])
  expect(result.root.toString()).toBe((await importPath(join(base, 'expected'))).root.toString())
  expect(result.locate('link.txt')).toBe(join(base, 'real.txt'))
  expect(result.skipped).toEqual([{ path: 'trip/inner', reason: 'symlink' }])
})

test('[CO6] files that are on record by their places are not read again', async () => {
  const { base, apart } = await scattered({ 'a.bin': Buffer.alloc(3_000_000, 1), 'b.txt': 'b' })
  const first = await together(apart)
  const alone = new Map<string, KnownFile>()
  for (const path of apart) {
    const nodes: { cid: KnownFile['cid']; bytes: Uint8Array }[] = []
    const { root } = await importPath(path, { onNode: (cid, bytes) => void nodes.push({ cid, bytes }) })
    alone.set(path, { cid: root, nodes })
  }
  // Other bytes of the same length: whoever reads them gets another root.
  await writeFile(join(base, 'place 0/a.bin'), Buffer.alloc(3_000_000, 9))
  const asked: string[] = []
  const known: ImportOptions['known'] = (_path, _facts, absolutePath) => {
    asked.push(absolutePath)
    return alone.get(absolutePath)
  }
  expect((await together(apart, { known })).root.toString()).toBe(first.root.toString())
  expect(asked.sort()).toEqual([...apart].sort())
  expect((await together(apart)).root.toString()).not.toBe(first.root.toString())
})
