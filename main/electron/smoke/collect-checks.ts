/** Runs named checks one after the other, each with a time limit; a failure ends none but its own. Rule [EL28]. */
import type { ShellClock } from '../electron-api.ts'
import type { Check } from './engine-checks.ts'

export function collectChecks(clock: ShellClock, timeoutMs: number) {
  const checks: Check[] = []
  return {
    checks,
    async check(name: string, run: () => Promise<string>): Promise<void> {
      const startedAt = clock.now()
      const tookMs = () => Math.round(clock.now() - startedAt)
      let cancel = () => {}
      const late = new Promise<never>((_resolve, reject) => {
        cancel = clock.after(timeoutMs, () => reject(new Error(`not done within ${timeoutMs / 1000} s`)))
      })
      try {
        const detail = await Promise.race([run(), late])
        checks.push({ name, ok: true, tookMs: tookMs(), detail })
      } catch (error) {
        checks.push({
          name,
          ok: false,
          tookMs: tookMs(),
          detail: error instanceof Error ? error.message : String(error),
        })
      } finally {
        cancel()
      }
    },
  }
}
