/**
 * The sample share: a small folder made in the profile, so that somebody alone with a fresh install has something true to
 * share and to watch. What is there already is left as it is, and what is shared already is not shared again.
 * SPEC: [FL20].
 */
import { createCipheriv, createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { systemCode, systemCodeOrUnknown } from '../../../shared/system-code.ts'
import type { Imports } from './imports.ts'
import { sampleFolder } from './profile-paths.ts'
import { NOISE_BYTES, NOISE_KEY_TEXT, picture, TEXTS } from './sample-content.ts'
import type { ShareBook } from './shares.ts'

/** Made and written in pieces of this size: nothing of 24 MiB is ever held. */
const PIECE_BYTES = 1024 * 1024

export class Sample {
  private readonly folder: string
  private readonly imports: Pick<Imports, 'begin' | 'jobs'>
  private readonly shares: ShareBook
  private making: Promise<ImportJob> | undefined

  constructor(profileDir: string, imports: Pick<Imports, 'begin' | 'jobs'>, shares: ShareBook) {
    this.folder = sampleFolder(profileDir)
    this.imports = imports
    this.shares = shares
  }

  /** Whoever asks while it is being made gets the same answer. */
  share(): Promise<ImportJob> {
    this.making ??= this.shareOnce().finally(() => {
      this.making = undefined
    })
    return this.making
  }

  private async shareOnce(): Promise<ImportJob> {
    const running = this.imports.jobs.find(
      ({ path: of, together, state }) =>
        of === this.folder && together === undefined && (state === 'walking' || state === 'hashing'),
    )
    const known = running ?? this.alreadyShared()
    if (known !== undefined) return known
    await makeSample(this.folder)
    return this.imports.begin({ path: this.folder })
  }

  /** As the import that once made it would look now; it may be of before the last start. */
  private alreadyShared(): ImportJob | undefined {
    for (const { row, manifest, trouble, key } of this.shares) {
      if (row.origin !== 'in-place' || row.path !== this.folder || trouble !== undefined) continue
      const totalBytes = manifest?.totalBytes ?? 0
      const before = this.imports.jobs.find(({ root }) => root === key)
      if (before !== undefined) return before
      const files = manifest?.files.length ?? 0
      const counts = { files, totalBytes, doneBytes: totalBytes, skipped: [] }
      return { job: `sample ${key}`, path: this.folder, state: 'done', root: key, ...counts }
    }
    return undefined
  }
}

async function makeSample(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries(TEXTS)) await put(folder, name, [Buffer.from(text)])
    await put(folder, 'shoal.svg', [Buffer.from(picture())])
    await put(folder, 'noise-24-mib.bin', noise())
  } catch (error) {
    const system = systemCodeOrUnknown(error)
    const [code, what] = system === 'ENOSPC' ? (['DISK_FULL', 'the disk is full'] as const) : (['IO', system] as const)
    const message = `The sample could not be written to ${folder} (${what}).`
    throw new ShoalError(code, message, { path: folder, system }, { cause: error })
  }
}

/** Whole or not at all, and never over what is there. */
async function put(folder: string, name: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const file = path.join(folder, name)
  const temporary = path.join(path.dirname(folder), `sample-${randomUUID()}.tmp`)
  const present = await open(file, 'r').catch(() => undefined)
  if (present !== undefined) return present.close()
  try {
    const handle = await open(temporary, 'wx')
    try {
      for (const piece of pieces) await handle.writeFile(piece)
      // The name must not outlive the bytes: what is there is never looked into again.
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(temporary, file).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error
    })
  } finally {
    await rm(temporary, { force: true })
  }
}

/** The key stream of AES-256-CTR: the same on every machine, and nothing that compresses. */
function* noise(): Generator<Uint8Array> {
  const key = createHash('sha256').update(NOISE_KEY_TEXT).digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(PIECE_BYTES)
  for (let written = 0; written < NOISE_BYTES; written += PIECE_BYTES) yield stream.update(zeros)
}
