/**
 * Entry of the import's worker threads: lists, stats and hashes when told to. A file of its own, loaded from beside
 * its importer both as source and in the bundle; it imports only Node and a few small files of ours. It ends when the
 * pool terminates it.
 */
import { lstatSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { failureOf } from './failure.ts'
import { factsOf } from './file-facts.ts'
import { hashSegments } from './hash-file.ts'
import type { WorkerReply, WorkerRequest } from './hash-protocol.ts'
import { listFolders } from './list-folder.ts'

const port = parentPort
if (port === null) throw new Error('hash-worker runs as a worker thread only')

port.on('message', (request: WorkerRequest) => {
  const { reply, transfer } = answer(request)
  port.postMessage(reply, transfer)
})

function answer(request: WorkerRequest): { reply: WorkerReply; transfer: ArrayBuffer[] } {
  const { id } = request
  switch (request.type) {
    case 'list': {
      const failure = listFolders(request.folders, (listings) => {
        port?.postMessage({ id, type: 'listing', listings } satisfies WorkerReply)
      })
      return { reply: failure === undefined ? { id, type: 'listed' } : { id, type: 'failed', failure }, transfer: [] }
    }
    case 'hash': {
      const hashed = hashSegments(request.segments)
      const { buffer } = hashed.digests
      return { reply: { id, type: 'hashed', hashed }, transfer: buffer instanceof ArrayBuffer ? [buffer] : [] }
    }
    case 'stat':
      return { reply: stat(id, request.path), transfer: [] }
  }
}

/** Undefined facts: nothing there, or nothing that can be shared any more. */
function stat(id: number, path: string): WorkerReply {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return { id, type: 'stat', facts: stats?.isFile() ? factsOf(stats) : undefined }
  } catch (error) {
    return { id, type: 'failed', failure: failureOf(error, path) }
  }
}
