/**
 * Waits for the ends of many imports with one subscription: a delta comes at most ten times a second, and a subscription of
 * its own for each path would begin with everything the node has. Rules [DA6] [CL2].
 */
import type { EngineApi } from '../shared/contract/engine-api.ts'
import type { ImportJob, ShareSummary } from '../shared/contract/model.ts'
import type { ReplicaState } from '../shared/contract/replica.ts'
import { watchUntil } from './watch.ts'

/** A job is in the next delta; one that is not in it for so long was done and forgotten before anybody looked. */
const UNSEEN_MS = 1_000

export interface ImportWatchParts {
  readonly api: Pick<EngineApi, 'subscribe'>
  readonly signal: AbortSignal
  readonly tickMs: number
  readonly now: () => number
}

interface Waiter {
  look(state: ReplicaState): void
  fail(error: unknown): void
}

export class ImportWatch {
  private readonly parts: ImportWatchParts
  private readonly stopped = new AbortController()
  private readonly waiters = new Set<Waiter>() // one per import under way
  private following = false
  private failure: { readonly error: unknown } | undefined

  constructor(parts: ImportWatchParts) {
    this.parts = parts
  }

  /** Resolves with the job as it ended, however that was; `onLook` hears how it goes. Rejects when nothing can be heard of it. */
  ended(job: ImportJob, onLook: (current: ImportJob) => void): Promise<ImportJob> {
    const { now } = this.parts
    const begunAt = now()
    let seen = false
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure.error)
      const waiter: Waiter = {
        look: (state) => {
          const listed = state.jobs.get(job.job)
          seen ||= listed !== undefined
          const current = listed ?? (seen || now() - begunAt >= UNSEEN_MS ? finishedUnseen(job, state) : undefined)
          if (current === undefined) return
          onLook(current)
          if (current.state === 'walking' || current.state === 'hashing') return
          this.waiters.delete(waiter)
          resolve(current)
        },
        fail: reject,
      }
      this.waiters.add(waiter)
      this.follow()
    })
  }

  stop(): void {
    this.stopped.abort()
  }

  private follow(): void {
    if (this.following) return
    this.following = true
    const { api, signal, tickMs } = this.parts
    const look = (state: ReplicaState): undefined => {
      for (const waiter of [...this.waiters]) waiter.look(state)
    }
    watchUntil(api, AbortSignal.any([signal, this.stopped.signal]), tickMs, look).catch((error: unknown) => {
      this.failure = { error }
      for (const waiter of this.waiters) waiter.fail(error)
    })
  }
}

/** A job may be done and forgotten between two looks: then the share of what it was given is there. */
function finishedUnseen(job: ImportJob, state: ReplicaState): ImportJob | undefined {
  if (job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') return job
  const { together } = job
  const fits = ({ path, paths, name }: ShareSummary) =>
    together === undefined ? path === job.path : paths?.count === together.paths && name === together.name
  const found = [...state.shares.values()].find((share) => share.origin === 'in-place' && fits(share))
  return found === undefined ? undefined : { ...job, state: 'done', root: found.root }
}
