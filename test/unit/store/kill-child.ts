/**
 * A downloader to be killed: resumes a share from its database and partial, writes what is missing in an order of its own,
 * flushes and saves as it goes, finishes, and records that. With an odd seed whole chunks go past the page cache. Run as `node kill-child.ts <folder> <seed> <shape>`.
 */
import fs from 'node:fs'
import path from 'node:path'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { BufferPool } from '../../../main/engine/exchange/buffer-pool.ts'
import { bootId } from '../../../main/engine/store/boot-id.ts'
import { openPartial } from '../../../main/engine/store/open-partial.ts'
import type { PartialFiles } from '../../../main/engine/store/partial-files.ts'
import { openStore, type Store } from '../../../main/engine/store/store.ts'
import { shapeOf } from './kill-shapes.ts'
import { CHUNK_BYTES, randomOf, type TestShare } from './made-up.ts'

const ROOT = 'root'

export async function download(folder: string, seed: number, share: TestShare): Promise<void> {
  const store = openStore(path.join(folder, 'shoal.db'), { nowMs: Date.now })
  const { manifest } = share
  const destination = path.join(folder, 'destination')
  fs.mkdirSync(destination, { recursive: true })
  if (store.shares.get(ROOT) === undefined) addShare(store, destination)
  const row = store.shares.get(ROOT)
  if (row === undefined || row.complete) return store.close()
  const saved = store.bitfields.load(ROOT)
  const opened = await openPartial({
    manifest,
    localPaths: manifest.files.map((file) => file.path),
    localDirectories: manifest.directories,
    partialPath: row.partialPath ?? '',
    localName: 'name',
    have:
      saved === undefined ? new Bitfield(manifest.chunkCount) : Bitfield.fromBytes(saved.bytes, manifest.chunkCount),
    tools: { direct: true },
    ...(row.claim === undefined ? {} : { claim: row.claim }),
    ...(row.destinationDev === undefined ? {} : { destinationDev: row.destinationDev }),
  })
  if (opened.state === 'finished') {
    if (!opened.have.isFull) throw new Error('finished, but not whole')
    store.bitfields.save(ROOT, opened.have.toBytes(), bootId())
    store.shares.update(ROOT, { complete: true, path: opened.share.path, claim: undefined })
    return store.close()
  }
  if (opened.lost.length > 0) throw new Error(`a kill is no power loss, but chunks were lost: ${opened.lost.join()}`)
  store.shares.update(ROOT, { destinationDev: opened.destinationDev })
  await fetchMissing(store, opened.files, share, randomOf(seed), seed % 2 === 1)
  process.send?.('finishing')
  const done = await opened.files.finish({ onClaim: (claim) => void store.shares.update(ROOT, { claim }) })
  store.database.durable(() => {
    store.shares.update(ROOT, { complete: true, path: done.path, claim: undefined })
    store.files.putMany(ROOT, done.files)
  })
  store.close()
}

function addShare(store: Store, destination: string): void {
  store.shares.put({
    root: ROOT,
    name: 'name',
    origin: 'fetched',
    paused: false,
    complete: false,
    destination,
    partialPath: path.join(destination, '.name.shoal-part'),
    sequential: false,
    priority: 'normal',
    linkPeers: [],
    ignore: [],
    addedAt: Date.now(),
    receivedBytes: 0,
    sentBytes: 0,
    corruptBytes: 0,
  })
}

/** Four writers, and a flush after every few chunks that nobody waits for before writing on. */
async function fetchMissing(
  store: Store,
  files: PartialFiles,
  share: TestShare,
  random: () => number,
  direct: boolean,
): Promise<void> {
  const pool = new BufferPool(4, true)
  const missing: number[] = []
  files.written.forEachMissing((chunk) => missing.push(chunk))
  missing.sort((a, b) => ((a * 7919) % 101) - ((b * 7919) % 101))
  const save = async () => {
    const durable = await files.flush()
    store.bitfields.save(ROOT, durable.toBytes(), bootId())
    process.send?.('saved')
  }
  const saves: Promise<void>[] = []
  const writer = async () => {
    for (let chunk = missing.pop(); chunk !== undefined; chunk = missing.pop()) {
      const bytes = share.bytesOf(chunk)
      const buffer = pool.take(bytes.length)
      buffer.set(bytes)
      await files.write(chunk, buffer, direct && bytes.length === CHUNK_BYTES)
      pool.give(buffer)
      store.shares.update(ROOT, { receivedBytes: chunk })
      if (random() < 0.3) saves.push(save())
    }
  }
  await Promise.all([writer(), writer(), writer(), writer()])
  await Promise.all(saves)
}

const [, script, folder = '', seed = '', shape = ''] = process.argv
if (script === import.meta.filename) {
  const share = shapeOf(shape)
  await download(folder, Number(seed), share)
}
