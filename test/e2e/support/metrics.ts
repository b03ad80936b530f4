/** Figures of a daemon that only its metrics tell. */
import type { EngineApi } from '../../../shared/contract/engine-api.ts'

/** Chunks that were verified and written since the process began, over all shares. */
export async function chunksVerified(api: EngineApi): Promise<number> {
  const text = await api.metrics()
  const found = /^shoal_chunks_total\{result="verified"\} (\d+)$/m.exec(text)
  if (found?.[1] === undefined) throw new Error(`no count of verified chunks in:\n${text}`)
  return Number(found[1])
}
