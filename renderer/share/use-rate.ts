/** How fast a count of bytes grows, measured over the last few seconds. Undefined until there is something to measure. */
import { useEffect, useState } from 'react'

const WINDOW_MS = 4_000
/** Less than this is no measure. */
const LEAST_MS = 400

interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** Adds a sample and drops those outside of the window; a count that fell begins anew. */
export function withSample(samples: readonly Sample[], now: Sample): readonly Sample[] {
  if ((samples.at(-1)?.bytes ?? 0) > now.bytes) return [now]
  return [...samples.filter(({ atMs }) => now.atMs - atMs <= WINDOW_MS), now]
}

export function rateOf(samples: readonly Sample[]): number | undefined {
  const [first] = samples
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.atMs - first.atMs < LEAST_MS) return undefined
  return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000
}

export function useRate(bytes: number): number | undefined {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => setSamples((before) => withSample(before, { atMs: performance.now(), bytes })), [bytes])
  return rateOf(samples)
}
