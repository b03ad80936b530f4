/**
 * Turns per key: jobs for one share run one after another, in the order asked, those for different shares side by side. A
 * pause, a removal and an import of the same root each take several steps with waits in between; without turns a resume
 * could begin a second life while the first one still brings its bytes to disk. A job that is cancelled while it waits for
 * its turn is not done at all; one that has begun is carried to its end, because half of it would be neither. SPEC: [FL1].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'

export class OneAtATime {
  /** The newest job of each key; as many as there are jobs waiting or running. */
  private readonly last = new Map<string, Promise<void>>()

  /** Keys with jobs waiting or running. */
  get size(): number {
    return this.last.size
  }

  /** Rejects with CANCELLED at once when `signal` aborts before the job has begun. */
  run<T>(key: string, job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(cancelled())
    let begun = (): void => {}
    const result = (this.last.get(key) ?? Promise.resolve()).then(() => {
      if (signal?.aborted === true) throw cancelled()
      begun()
      return job()
    })
    const settled: Promise<void> = result
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.last.get(key) === settled) this.last.delete(key)
      })
    this.last.set(key, settled)
    if (signal === undefined) return result
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(cancelled())
      begun = () => signal.removeEventListener('abort', giveUp)
      signal.addEventListener('abort', giveUp, { once: true })
      result.then(resolve, reject)
    })
  }

  /** When everything that was asked for so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.last.values())
  }
}

function cancelled(): ShoalError {
  return new ShoalError('CANCELLED', 'Cancelled before it began.')
}
