/** Import of real files and folders in real worker threads: same roots as another implementation, and what it refuses. */
import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'
import { importPath } from '../../../main/engine/content/import-path.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { cidOf, DAG_PB } from '../../../main/engine/content/verify.ts'
import { Blocks, importedByLibrary, temporaryFolder, writeTree } from './support.ts'

/** Imports and reads the manifest back from the nodes that came out. */
async function roundTrip(path: string, options: Parameters<typeof importPath>[1] = {}) {
  const blocks = new Blocks()
  const result = await importPath(path, {
    ...options,
    onNode: (cid, bytes) => void blocks.byCid.set(cid.toString(), bytes),
  })
  const manifest = await readManifest(result.root, blocks.source)
  return { result, manifest, blocks }
}

const utf8 = new TextEncoder()

describe('import of a folder', () => {
  test('[CO1] nested folders, empty files, hidden files and Unicode names give the same root as another implementation', async () => {
    const root = await temporaryFolder()
    const files = {
      'a.txt': 'a',
      empty: '',
      '.hidden': 'h',
      'deep/er/still/more.bin': Buffer.alloc(3_000_000, 7),
      'deep/one': Buffer.alloc(1_048_576, 1),
      Z: 'capital before small',
      'ä/Grüße 🐟.txt': 'fish',
      'n\u0303/nfd': 'decomposed',
      '\u{10000}': 'after \uffee in UTF-16, before it nowhere',
      '\uffee': 'half-width',
    }
    await writeTree(root, files)
    const candidates = Object.entries(files).map(([path, content]) => ({
      path,
      content: typeof content === 'string' ? utf8.encode(content) : content,
    }))
    const library = await importedByLibrary(candidates)
    const { result, manifest } = await roundTrip(root)
    expect(result.root.toString()).toBe(library.root.toString())
    expect(manifest.totalBytes).toBe(result.totalBytes)
    expect(new Set(manifest.files.map((file) => file.path))).toEqual(new Set(Object.keys(files)))
  })

  test('[CO3] empty folders are part of the share', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, 'empty/inside'), { recursive: true })
    await writeFile(join(root, 'file'), 'x')
    const library = await importedByLibrary([{ path: 'empty/inside' }, { path: 'file', content: utf8.encode('x') }])
    const { result, manifest } = await roundTrip(root)
    expect(result.root.toString()).toBe(library.root.toString())
    expect(manifest.directories).toEqual(['empty', 'empty/inside'])
  })

  test('[CO1] an empty folder has the root that every implementation knows', async () => {
    const { result, manifest } = await roundTrip(await temporaryFolder())
    expect(result.root.toString()).toBe('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354')
    expect(manifest).toMatchObject({ type: 'directory', files: [], directories: [], chunkCount: 0, totalBytes: 0 })
  })

  test('[CO1] [CO7] 6,000 files become a HAMT with the same root as another implementation, files in the order of the manifest', async () => {
    const root = await temporaryFolder()
    const files = Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`file number ${i} ü`, `${i}`]))
    await writeTree(root, files)
    const library = await importedByLibrary(
      Object.entries(files).map(([path, content]) => ({ path, content: utf8.encode(content) })),
    )
    const { result, manifest } = await roundTrip(root)
    expect(result.root.toString()).toBe(library.root.toString())
    expect(manifest.files.map((file) => file.path)).toEqual(result.files.map((file) => file.path))
    expect(manifest.files.length).toBe(6000)
  })

  test('[CO6] unchanged files are not read again, and the root is the same', async () => {
    const root = await temporaryFolder()
    await writeTree(root, { big: Buffer.alloc(5_000_000, 3), small: 'small', changed: 'before' })
    const first = await roundTrip(root)
    const asked: string[] = []
    const known = (path: string) => {
      asked.push(path)
      const file = first.result.files.find((candidate) => candidate.path === path)
      const manifestFile = first.manifest.files.find((candidate) => candidate.path === path)
      if (file === undefined || manifestFile === undefined || path === 'changed') return undefined
      const nodes = [...first.blocks.byCid].map(([, bytes]) => bytes)
      return { cid: parse(file.cid), nodes: nodes.map((bytes) => ({ cid: parseOf(bytes), bytes })) }
    }
    await writeFile(join(root, 'changed'), 'after!')
    // Proof that they are not read: their bytes are others now, behind the back of the record.
    await writeFile(join(root, 'small'), 'SMALL')
    const second = await roundTrip(root, { known })
    expect(asked.sort()).toEqual(['big', 'changed', 'small'])
    const cids = (result: typeof first.result) => Object.fromEntries(result.files.map((file) => [file.path, file.cid]))
    expect(cids(second.result)['big']).toBe(cids(first.result)['big'])
    expect(cids(second.result)['small']).toBe(cids(first.result)['small'])
    expect(cids(second.result)['changed']).not.toBe(cids(first.result)['changed'])
    expect(second.manifest.totalBytes).toBe(5_000_000 + 5 + 6)
  })

  test('[CO6] a damaged record is not trusted: the file is hashed', async () => {
    const root = await temporaryFolder()
    await writeTree(root, { big: Buffer.alloc(5_000_000, 3) })
    const first = await roundTrip(root)
    const cid = parse(first.result.files[0]?.cid ?? '')
    const damaged = (first.blocks.byCid.get(cid.toString()) ?? new Uint8Array()).slice()
    damaged[40] = (damaged[40] ?? 0) ^ 1
    for (const nodes of [[], [{ cid, bytes: damaged }]]) {
      const second = await roundTrip(root, { known: () => ({ cid, nodes }) })
      expect(second.result.root.toString()).toBe(first.result.root.toString())
    }
  })
})

describe('what an import leaves out', () => {
  test('[CO3] links, pipes, sockets and names that are not UTF-8 are skipped and reported', async () => {
    const root = await temporaryFolder()
    await writeTree(root, { kept: 'k', 'elsewhere/secret': 's' })
    await symlink(join(root, 'elsewhere'), join(root, 'linked-folder'))
    await symlink('/etc/passwd', join(root, 'linked-file'))
    await writeFile(Buffer.from(`${root}/bad-\xff`, 'latin1'), 'x')
    await writeFile(join(root, 'back\\slash'), 'x')
    execFileSync('mkfifo', [join(root, 'pipe')])
    const server = createServer()
    await new Promise<void>((done) => server.listen(join(root, 'socket'), done))
    try {
      const { result, manifest } = await roundTrip(root)
      expect(manifest.files.map((file) => file.path)).toEqual(['elsewhere/secret', 'kept'])
      expect(Object.fromEntries(result.skipped.map(({ path, reason }) => [path, reason]))).toEqual({
        'linked-folder': 'symlink',
        'linked-file': 'symlink',
        'bad-\ufffd': 'name',
        'back\\slash': 'name',
        pipe: 'special',
        socket: 'special',
      })
      expect(result.skippedCount).toBe(6)
    } finally {
      server.close()
    }
  })

  test('[CO4] ignore patterns are those of gitignore, and unfinished downloads are never shared', async () => {
    const root = await temporaryFolder()
    await writeTree(root, {
      'a.log': '1',
      'keep.log': '2',
      'node_modules/x/index.js': '3',
      'sub/node_modules/y': '4',
      'sub/build/z': '5',
      'src/a.ts': '6',
      '.film.mp4.bafybeig.shoal-part': '7',
    })
    const { result, manifest } = await roundTrip(root, {
      ignore: ['*.log', '!keep.log', 'node_modules/', '/sub/build'],
    })
    expect(manifest.files.map((file) => file.path)).toEqual(['keep.log', 'src/a.ts'])
    expect(result.skipped.every(({ reason }) => reason === 'ignored')).toBe(true)
    expect(result.skippedCount).toBe(5)
  })

  test('[CO3] a link that the user names is followed', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'real/file': 'content' })
    await symlink('real', join(folder, 'latest'))
    const { result } = await roundTrip(join(folder, 'latest'))
    expect(result).toMatchObject({
      name: 'latest',
      type: 'directory',
      paths: [join(folder, 'real')],
      isTogether: false,
    })
    expect(result.files.map((file) => file.path)).toEqual(['file'])
  })
})

describe('import of one file', () => {
  test('[CO1] an empty file is the digest of nothing', async () => {
    const path = join(await temporaryFolder(), 'empty')
    await writeFile(path, '')
    const { result, manifest } = await roundTrip(path)
    expect(result.root.toString()).toBe('bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
    expect(manifest).toMatchObject({ type: 'file', totalBytes: 0, chunkCount: 0 })
  })

  test.each([1_048_575, 1_048_576, 1_048_577, 2_097_152, 5_000_000])(
    '[CO1] %i bytes have the root that another implementation finds',
    async (size) => {
      const path = join(await temporaryFolder(), 'file')
      const content = Buffer.alloc(size, 'shoal')
      await writeFile(path, content)
      const library = await importedByLibrary([{ path: 'file', content }])
      const blocks = new Blocks()
      const folder = await importPath(join(path, '..'), {
        onNode: (cid, bytes) => void blocks.byCid.set(cid.toString(), bytes),
      })
      expect(folder.root.toString()).toBe(library.root.toString())
      const single = await importPath(path)
      expect(single).toMatchObject({ type: 'file', name: 'file', totalBytes: size })
      expect(single.files).toMatchObject([{ path: '', sizeBytes: size, cid: single.root.toString() }])
      expect(folder.files[0]?.cid).toBe(single.root.toString())
    },
  )
})

function parse(text: string): CID {
  return CID.parse(text)
}

function parseOf(bytes: Uint8Array): CID {
  return cidOf(DAG_PB, bytes)
}
