/**
 * Many may pass, or one may hold the gate closed: files are read and written side by side, but not while they move to
 * their final names. Those who come meanwhile wait; bounded by the callers' requests in flight.
 */
export class Gate {
  #inside = 0
  #emptied: (() => void) | undefined
  #closed: Promise<void> | undefined

  async pass<T>(job: () => Promise<T>): Promise<T> {
    while (this.#closed !== undefined) await this.#closed
    this.#inside += 1
    try {
      return await job()
    } finally {
      this.#inside -= 1
      if (this.#inside === 0) this.#emptied?.()
    }
  }

  /** Waits for those inside, then runs `job` alone. */
  async hold<T>(job: () => Promise<T>): Promise<T> {
    while (this.#closed !== undefined) await this.#closed
    let reopen = () => {}
    this.#closed = new Promise((resolve) => {
      reopen = resolve
    })
    try {
      if (this.#inside > 0) {
        await new Promise<void>((resolve) => {
          this.#emptied = resolve
        })
      }
      return await job()
    } finally {
      this.#emptied = undefined
      this.#closed = undefined
      reopen()
    }
  }
}
