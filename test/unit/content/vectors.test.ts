/** CIDs that Kubo published for this profile; the large one takes a few seconds. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { importPath } from '../../../main/engine/content/import-path.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { Blocks, temporaryFolder } from './support.ts'

interface Vector {
  readonly name: string
  readonly cid: string
  readonly text?: string
  readonly size?: number
  readonly seed?: string
}

const fixture: { vectors: Vector[] } = JSON.parse(
  await readFile(new URL('../../fixtures/unixfs.json', import.meta.url), 'utf8'),
)

test('there are vectors', () => expect(fixture.vectors.length).toBeGreaterThanOrEqual(2))

test.each(fixture.vectors)('[CO1] $name', { timeout: 120_000 }, async (vector) => {
  const path = join(await temporaryFolder(), 'vector')
  if (vector.text !== undefined) await writeFile(path, vector.text)
  else await writeKeystream(path, vector.size ?? 0, vector.seed ?? '')
  const blocks = new Blocks()
  const result = await importPath(path, { onNode: (cid, bytes) => void blocks.byCid.set(cid.toString(), bytes) })
  expect(result.root.toString()).toBe(vector.cid)
  if (vector.size === undefined) return
  const manifest = await readManifest(result.root, blocks.source)
  expect(manifest).toMatchObject({ totalBytes: vector.size, chunkCount: vector.size / 1_048_576 })
})

/**
 * ChaCha20 keystream: key = SHA-256(seed), nonce and counter zero. Made by a plain Node of its own: the suite also runs
 * where the cipher is missing, as in Electron.
 */
async function writeKeystream(path: string, sizeBytes: number, seed: string): Promise<void> {
  const script = `
    import { createCipheriv, createHash } from 'node:crypto'
    import { openSync, writeSync } from 'node:fs'
    const [path, size, seed] = process.argv.slice(1)
    const cipher = createCipheriv('chacha20', createHash('sha256').update(seed).digest(), Buffer.alloc(16))
    const zeros = Buffer.alloc(4 * 1048576)
    const file = openSync(path, 'w')
    for (let left = Number(size); left > 0; left -= zeros.length) {
      writeSync(file, cipher.update(zeros.subarray(0, Math.min(left, zeros.length))))
    }`
  const args = ['--input-type=module', '-e', script, path, String(sizeBytes), seed]
  await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })
}
