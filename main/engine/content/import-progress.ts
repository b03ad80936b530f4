/** Progress of an import, at most ten times a second; every change of phase and the end are always said. */

export interface ImportProgress {
  readonly phase: 'walking' | 'hashing'
  readonly files: number
  readonly totalBytes: number
  readonly doneBytes: number
}

const INTERVAL_MS = 100

export class ProgressMeter {
  readonly #onProgress: ((progress: ImportProgress) => void) | undefined
  #progress: ImportProgress = { phase: 'walking', files: 0, totalBytes: 0, doneBytes: 0 }
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(onProgress: ((progress: ImportProgress) => void) | undefined) {
    this.#onProgress = onProgress
  }

  found(files: number, totalBytes: number): void {
    this.#set({ phase: 'walking', files, totalBytes, doneBytes: 0 })
  }

  startHashing(files: number, totalBytes: number): void {
    this.#set({ phase: 'hashing', files, totalBytes, doneBytes: 0 }, true)
  }

  hashed(delta: number): void {
    this.#set({ ...this.#progress, doneBytes: this.#progress.doneBytes + delta })
  }

  resized(delta: number): void {
    this.#set({ ...this.#progress, totalBytes: this.#progress.totalBytes + delta })
  }

  finish(): void {
    this.#set(this.#progress, true)
  }

  #set(progress: ImportProgress, always = false): void {
    this.#progress = progress
    const now = performance.now()
    if (!always && now - this.#toldAt < INTERVAL_MS) return
    this.#toldAt = now
    this.#onProgress?.(progress)
  }
}
