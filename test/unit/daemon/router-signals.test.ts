/** Commands that may have to wait carry the client's signal through the contract to the engine, and no others need one. */
import { createRouterClient } from '@orpc/server'
import { expect, it } from 'vitest'
import { contractRouter } from '../../../main/daemon/router.ts'
import type { CallOptions, EngineApi } from '../../../shared/contract/engine-api.ts'
import { engineClient } from '../../../shared/contract/engine-client.ts'

const ROOT = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

/** An engine whose commands wait for ever, unless their signal aborts. */
function waitingEngine() {
  const began = Promise.withResolvers<{ command: string; signal: AbortSignal | undefined }>()
  const api = new Proxy({} as EngineApi, {
    get:
      (_, command) =>
      (...given: readonly (CallOptions | string | undefined)[]) => {
        // The options come last.
        const last = given.at(-1)
        const signal = typeof last === 'object' ? last.signal : undefined
        began.resolve({ command: String(command), signal })
        return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('cut'))))
      },
  })
  const context = { inFlight: 0, streams: 0, room: async () => {} }
  return { began: began.promise, client: engineClient(createRouterClient(contractRouter(api), { context })) }
}

const COMMANDS: readonly (readonly [string, (api: EngineApi, options: CallOptions) => Promise<unknown>])[] = [
  ['importPath', (api, options) => api.importPath({ path: '/x' }, options)],
  ['openLink', (api, options) => api.openLink({ link: ROOT }, options)],
  ['start', (api, options) => api.start({ root: ROOT }, options)],
  ['select', (api, options) => api.select({ root: ROOT, select: [0] }, options)],
  ['pause', (api, options) => api.pause(ROOT, options)],
  ['resume', (api, options) => api.resume(ROOT, options)],
  ['remove', (api, options) => api.remove({ root: ROOT, withData: false }, options)],
  ['planDownload', (api, options) => api.planDownload({ root: ROOT }, options)],
  ['connect', (api, options) => api.connect({ address: '/ip4/127.0.0.1/tcp/1' }, options)],
  ['doctor', (api, options) => api.doctor(options)],
]

it.each(COMMANDS)('[DA5] %s', async (name, call) => {
  const { began, client } = waitingEngine()
  const stop = new AbortController()
  const outcome = call(client, { signal: stop.signal }).then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  )
  const { command, signal } = await began
  expect([command, signal?.aborted]).toEqual([name, false])
  stop.abort()
  expect(await outcome).toBe('CANCELLED')
  expect(signal?.aborted).toBe(true)
})
