/**
 * Test data: files of incompressible bytes from a seed, and the digests that say whether what arrived is what was sent.
 * The bytes are AES-CTR of zeros: as hard to compress as random ones, and the same in every run.
 */
import { createCipheriv, createHash, scryptSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'

const BLOCK_BYTES = 1024 * 1024

function keystream(seed: string): (lengthBytes: number) => Buffer {
  const key = scryptSync(seed, 'shoal-bench', 32, { N: 2, r: 1, p: 1 })
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16))
  const zeros = Buffer.alloc(BLOCK_BYTES)
  return (lengthBytes) => cipher.update(zeros.subarray(0, lengthBytes))
}

/** Writes the file, brings it to disk (so that its write-back does not run during the measurement), returns its sha256. */
export async function writeRandomFile(path: string, sizeBytes: number, seed: string): Promise<string> {
  const next = keystream(seed)
  const hash = createHash('sha256')
  const file = await open(path, 'wx')
  try {
    for (let left = sizeBytes; left > 0; left -= BLOCK_BYTES) {
      const block = next(Math.min(BLOCK_BYTES, left))
      hash.update(block)
      await file.write(block)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/** `folders` folders of `filesEach` files of `sizeBytes` each, all different. */
export async function writeSmallFiles(
  root: string,
  { folders, filesEach, sizeBytes }: { folders: number; filesEach: number; sizeBytes: number },
  seed: string,
): Promise<void> {
  const next = keystream(seed)
  for (let folder = 0; folder < folders; folder++) {
    const path = join(root, `folder-${String(folder).padStart(4, '0')}`)
    await mkdir(path, { recursive: true })
    for (let file = 0; file < filesEach; file++) {
      await writeFile(join(path, `file-${String(file).padStart(4, '0')}.bin`), next(sizeBytes))
    }
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: BLOCK_BYTES }), hash)
  return hash.digest('hex')
}

/** One digest over the paths and contents of all files below a folder, and how many there are. */
export async function sha256OfTree(root: string): Promise<{ digest: string; files: number }> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const path of paths.sort()) hash.update(`${relative(root, path)}\0${await sha256OfFile(path)}\n`)
  return { digest: hash.digest('hex'), files: paths.length }
}
