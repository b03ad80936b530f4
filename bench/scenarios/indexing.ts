/** Indexing one large file, and many small ones with their fetch. */
import { join } from 'node:path'
import { sha256OfTree, writeSmallFiles } from '../harness/data.ts'
import { mountFresh } from '../harness/fresh-filesystem.ts'
import { syncDisks } from '../harness/settle.ts'
import { GIB, resourcesOf, type Scenario, type ScenarioContext } from './scenario.ts'
import { notePageCache, rate } from './transfer.ts'

export const index: Scenario = {
  name: 'index',
  measures: ['index'],
  timeoutMs: 90_000,
  async run(context) {
    const data = await context.workspace.dataFile(context.scale.transferBytes)
    const peer = await context.start('peer')
    const before = await resourcesOf(context, peer)
    const { indexMs } = await peer.share(data.path, context.signal)
    const after = await resourcesOf(context, peer)
    notePageCache(context, before.storageReadBytes, after.storageReadBytes)
    return { index: rate(data.sizeBytes, indexMs) }
  },
}

const FILES_EACH = 100
const SMALL_BYTES = 4_096
const FRESH_BYTES = 2 * GIB

export const smallFiles: Scenario = {
  name: 'small-files',
  measures: ['small-index', 'small-fetch'],
  timeoutMs: 180_000,
  async run(context) {
    const fresh = await mountFresh(join(context.dir, 'fresh'), FRESH_BYTES)
    context.note(
      fresh === undefined
        ? 'small files lie in the temporary folder: a fresh file system takes root on Linux'
        : 'small files, their destination and the profiles lie on a fresh ext4 (loop device)',
    )
    try {
      return await onFilesystem(context, fresh?.dir ?? context.dir)
    } finally {
      await context.stopAll()
      await fresh?.close()
    }
  },
}

async function onFilesystem(context: ScenarioContext, dir: string) {
  const { scale, signal } = context
  const shape = { folders: scale.smallFolders, filesEach: FILES_EACH, sizeBytes: SMALL_BYTES }
  const files = await context.folder('small', dir)
  await writeSmallFiles(files, shape, 'small files')
  await syncDisks()
  const source = await context.start('source', {}, dir)
  const downloader = await context.start('downloader', {}, dir)
  const shared = await source.share(files, signal)
  const destination = await context.folder('destination', dir)
  const fetching = await downloader.fetch({ sources: [shared], fellows: [], destination }, signal)
  const fetched = await fetching.done
  const [sent, arrived] = await Promise.all([sha256OfTree(files), sha256OfTree(fetched.path)])
  if (arrived.digest !== sent.digest) {
    throw new Error(`what arrived is not what was sent: ${arrived.files} of ${sent.files} files are there`)
  }
  return {
    'small-index': shared.indexMs / 1_000,
    'small-fetch': (fetched.finishedAtMs - fetching.startedAtMs) / 1_000,
  }
}
