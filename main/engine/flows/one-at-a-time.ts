/**
 * Turns per key: jobs for one share run one after another, in the order asked, those for different shares side by side. A
 * pause, a removal and an import of the same root each take several steps with waits in between; without turns a resume
 * could begin a second life while the first one still brings its bytes to disk. SPEC: [FL1].
 */
export class OneAtATime {
  /** The newest job of each key; as many as there are jobs waiting or running. */
  private readonly last = new Map<string, Promise<void>>()

  /** Keys with jobs waiting or running. */
  get size(): number {
    return this.last.size
  }

  run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const result = (this.last.get(key) ?? Promise.resolve()).then(job)
    const settled: Promise<void> = result
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.last.get(key) === settled) this.last.delete(key)
      })
    this.last.set(key, settled)
    return result
  }

  /** When everything that was asked for so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.last.values())
  }
}
