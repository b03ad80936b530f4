/** Lets at most `width` tasks run at a time; the others wait in order, and leave the queue when their signal aborts. */
export class Gate {
  private readonly width: number
  private running = 0
  private readonly queue: (() => void)[] = [] // one entry per waiting caller

  constructor(width: number) {
    this.width = width
  }

  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    if (this.running >= this.width) await this.turn(signal)
    else this.running++
    try {
      signal.throwIfAborted()
      return await task()
    } finally {
      const next = this.queue.shift()
      // The place is handed over rather than given up: nobody can slip in between.
      if (next === undefined) this.running--
      else next()
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(enter), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.queue.push(enter)
    })
  }
}
