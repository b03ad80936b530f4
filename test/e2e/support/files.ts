/**
 * Files and folders to share, made from a seed, and what is compared afterwards: the sha256 of a file, the whole tree of a
 * folder. Random bytes are an AES keystream: as fast as the disk, and alike in every run with the same seed.
 */
import { execFileSync } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const BLOCK_BYTES = 1024 * 1024

/** Blocks of random bytes that depend on the seed alone. */
function* keystream(seed: string, sizeBytes: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16))
  const zeros = Buffer.alloc(BLOCK_BYTES)
  for (let left = sizeBytes; left > 0; left -= BLOCK_BYTES) {
    yield cipher.update(left < BLOCK_BYTES ? zeros.subarray(0, left) : zeros)
  }
}

export function randomBytesFrom(seed: string, sizeBytes: number): Buffer {
  return Buffer.concat([...keystream(seed, sizeBytes)])
}

/** Writes a file of random bytes and says its sha256. */
export function makeFile(path: string, sizeBytes: number, seed: string): string {
  mkdirSync(dirname(path), { recursive: true })
  const hash = createHash('sha256')
  const fd = openSync(path, 'w')
  try {
    for (const block of keystream(seed, sizeBytes)) {
      hash.update(block)
      writeSync(fd, block)
    }
  } finally {
    closeSync(fd)
  }
  return hash.digest('hex')
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const data of createReadStream(path, { highWaterMark: BLOCK_BYTES })) hash.update(data)
  return hash.digest('hex')
}

/** Every entry below a folder: `path -> what it is`; files by their sha256, links by where they lead. */
export function treeOf(folder: string): Record<string, string> {
  const tree: Record<string, string> = {}
  const walk = (relative: string) => {
    for (const name of readdirSync(join(folder, relative))) {
      const path = relative === '' ? name : `${relative}/${name}`
      const absolute = join(folder, path)
      const stat = lstatSync(absolute)
      if (stat.isDirectory()) {
        tree[path] = 'folder'
        walk(path)
      } else if (stat.isFile()) tree[path] = createHash('sha256').update(readFileSync(absolute)).digest('hex')
      else if (stat.isSymbolicLink()) tree[path] = `link to ${readlinkSync(absolute)}`
      else tree[path] = 'special'
    }
  }
  walk('')
  return tree
}

/** The names of a folder that are not ours: unfinished downloads are hidden files beside their destination. */
export function visibleNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
}

export interface RichTree {
  /** What a receiver has in the end, as `treeOf` says it. */
  readonly expected: Record<string, string>
  /** Entries that are left out and reported. */
  readonly skipped: readonly string[]
}

/** Enough entries that the folder's block would be larger than 256 KiB: a HAMT directory by the profile [CO1]. */
export const HAMT_ENTRIES = 5_000

/** A folder with everything that sharing must cope with: issue, section 2, "Folders". `*.tmp` is meant to be ignored. */
export function makeRichTree(folder: string, seed: string): RichTree {
  const files: Record<string, Buffer> = {
    'readme.txt': Buffer.from('hello\n'),
    '.hidden': randomBytesFrom(`${seed} hidden`, 500),
    '.config/nested/.also hidden': randomBytesFrom(`${seed} nested`, 10),
    'a/b/c/d/e/f/deep.bin': randomBytesFrom(`${seed} deep`, 70_000),
    'one chunk exactly.bin': randomBytesFrom(`${seed} one`, 1024 * 1024),
    'one byte more.bin': randomBytesFrom(`${seed} more`, 1024 * 1024 + 1),
    'several chunks.bin': randomBytesFrom(`${seed} several`, 5 * 1024 * 1024 + 12_345),
    'empty file': Buffer.alloc(0),
    'a/also empty': Buffer.alloc(0),
    // The same bytes twice: one CID, two files.
    'twin 1.bin': randomBytesFrom(`${seed} twin`, 300_000),
    'twins/twin 2.bin': randomBytesFrom(`${seed} twin`, 300_000),
    'Ünïcödé/日本語/файл.txt': Buffer.from('Unicode\n'),
    'Ünïcödé/عربى.txt': Buffer.from('right to left\n'),
    'emoji 👩‍👩‍👧 🌊.txt': Buffer.from('joined\n'),
    "quotes ' and & percent % hash #.txt": Buffer.from('awkward\n'),
  }
  const expected: Record<string, string> = {}
  const add = (path: string, bytes: Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
    expected[path] = createHash('sha256').update(bytes).digest('hex')
  }
  for (const [path, bytes] of Object.entries(files)) add(path, bytes)
  for (let index = 0; index < HAMT_ENTRIES; index++) {
    add(`many/entry ${String(index).padStart(6, '0')}`, Buffer.from(`${seed} ${index}\n`))
  }
  for (const path of ['empty folder', 'a/b/empty too', '.empty and hidden']) mkdirSync(join(folder, path))
  for (const path of [...Object.keys(expected), 'empty folder/x', 'a/b/empty too/x', '.empty and hidden/x']) {
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) expected[parent] = 'folder'
  }
  symlinkSync('readme.txt', join(folder, 'link to a file'))
  symlinkSync('/etc', join(folder, 'a', 'link to a folder'))
  symlinkSync('nowhere', join(folder, 'broken link'))
  execFileSync('mkfifo', [join(folder, 'a pipe')])
  for (const path of ['scratch.tmp', 'a/b/scratch.tmp']) writeFileSync(join(folder, path), 'not to be shared')
  return { expected, skipped: ['a/link to a folder', 'broken link', 'link to a file', 'a pipe'] }
}
