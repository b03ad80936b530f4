/**
 * Worker threads that list and hash for an import. Hashing saturates a core and file calls block, so both are kept off
 * the engine's event loop; measured on 2 cores from page cache, two threads that read and hash into a buffer of their
 * own beat every asynchronous design (docs/decisions: import in worker threads). Threads are started when there is work
 * for them. An import that is over hands an idle one on to the next (spare-threads.ts), and holds none itself.
 */
import { Worker } from 'node:worker_threads'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { FileFacts } from './file-facts.ts'
import type { Failure, Hashed, Listing, Segment, WorkerReply, WorkerRequest } from './hash-protocol.ts'
import { SpareThreads } from './spare-threads.ts'

/** Beside this file, both as source and in the bundle; the bundler needs `hash-worker.ts` as an entry of its own. */
export function defaultWorkerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js', import.meta.url)
}

/** What a worker answered instead: the importer decides which files matter. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(`${failure.path}: ${failure.detail}`)
    this.failure = failure
  }
}

interface Pending {
  readonly onListings: ((listings: readonly Listing[]) => void) | undefined
  resolve(reply: WorkerReply): void
  reject(reason: unknown): void
}

interface Thread {
  readonly worker: Worker
  readonly pending: Map<number, Pending>
  /** Of whoever has the thread now. */
  onCrash: (cause: unknown) => void
}

/** By the worker's entry. */
const spare = new SpareThreads<Thread>((thread) => void thread.worker.terminate())

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

export class HashPool {
  readonly #workerUrl: URL
  readonly #threads: Thread[] = []
  #limit = 1
  #nextId = 0
  #stopped: { readonly reason: unknown } | undefined

  constructor(workerUrl: URL) {
    this.#workerUrl = workerUrl
  }

  /** How many threads there may be from now on; each is started when the others are busy. */
  allow(threads: number): void {
    this.#limit = Math.max(1, threads)
  }

  async list(folders: readonly string[], onListings: (listings: readonly Listing[]) => void): Promise<void> {
    await this.#ask({ type: 'list', folders }, onListings)
  }

  async hash(segments: readonly Segment[]): Promise<Hashed> {
    const reply = await this.#ask({ type: 'hash', segments })
    if (reply.type !== 'hashed') throw new Error(`unexpected ${reply.type} from a hash worker`)
    return reply.hashed
  }

  /** Undefined when there is no regular file any more. */
  async stat(path: string): Promise<FileFacts | undefined> {
    const reply = await this.#ask({ type: 'stat', path })
    if (reply.type !== 'stat') throw new Error(`unexpected ${reply.type} from a hash worker`)
    return reply.facts
  }

  /** Rejects what is under way with `reason` at once; threads that are busy end as soon as their current system call returns. */
  stop(reason: unknown = new Error('the import is over')): void {
    if (this.#stopped !== undefined) return
    this.#stopped = { reason }
    for (const thread of this.#threads) {
      const isIdle = thread.pending.size === 0
      rejectAll(thread, reason)
      thread.onCrash = () => spare.lost(thread)
      if (isIdle) {
        // A program that wants to end does not wait for it.
        thread.worker.unref()
        spare.keep(this.#workerUrl.href, thread)
      } else void thread.worker.terminate()
    }
  }

  #ask(request: WithoutId<WorkerRequest>, onListings?: Pending['onListings']): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      if (this.#stopped !== undefined) return reject(this.#stopped.reason)
      const id = this.#nextId++
      const thread = this.#leastBusy()
      thread.pending.set(id, { onListings, resolve, reject })
      thread.worker.postMessage({ ...request, id })
    })
  }

  #leastBusy(): Thread {
    const idlest = this.#threads.toSorted((a, b) => a.pending.size - b.pending.size)[0]
    if (idlest !== undefined && (idlest.pending.size === 0 || this.#threads.length >= this.#limit)) return idlest
    return this.#startThread()
  }

  #startThread(): Thread {
    const thread = spare.take(this.#workerUrl.href) ?? startThread(this.#workerUrl)
    thread.worker.ref()
    thread.onCrash = (cause) => {
      const error = new ShoalError(
        'INTERNAL',
        'A thread that reads files ended unexpectedly. Try to share again.',
        {},
        { cause },
      )
      rejectAll(thread, error)
      // It is nobody's any more: only threads that live are handed on.
      this.#threads.splice(this.#threads.indexOf(thread), 1)
      thread.onCrash = () => {}
      this.stop(error)
    }
    this.#threads.push(thread)
    return thread
  }
}

function startThread(workerUrl: URL): Thread {
  // Nothing of ours in argv or env is the thread's business, and its output is ours only when it crashes.
  const worker = new Worker(workerUrl, { execArgv: [], env: {}, resourceLimits: { maxYoungGenerationSizeMb: 4 } })
  const thread: Thread = { worker, pending: new Map(), onCrash: () => {} }
  worker.on('message', (reply: WorkerReply) => settle(thread, reply))
  worker.on('error', (error) => thread.onCrash(error))
  worker.on('exit', (code) => thread.onCrash(new Error(`exit code ${code}`)))
  return thread
}

function settle(thread: Thread, reply: WorkerReply): void {
  const pending = thread.pending.get(reply.id)
  if (pending === undefined) return
  if (reply.type === 'listing') {
    try {
      pending.onListings?.(reply.listings)
    } catch (error) {
      thread.pending.delete(reply.id)
      pending.reject(error)
    }
    return
  }
  thread.pending.delete(reply.id)
  if (reply.type === 'failed') pending.reject(new WorkerFailure(reply.failure))
  else pending.resolve(reply)
}

function rejectAll(thread: Thread, reason: unknown): void {
  for (const pending of thread.pending.values()) pending.reject(reason)
  thread.pending.clear()
}
