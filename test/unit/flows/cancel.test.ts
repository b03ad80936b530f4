/** Commands of the contract that are cancelled while they wait, on a whole engine. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MIB, Pond, share } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

test('[FL1] [DA5] of commands on one share, those cancelled before their turn change nothing', async () => {
  const source = await pond.peer('source')
  const { root } = await share(source.api, pond.file('film.bin', MIB, 'film'))
  const stop = new AbortController()
  const { signal } = stop
  // All in one turn of the event loop: the first takes its turn, the others wait for theirs.
  const first = source.api.pause(root)
  const cancelled = [
    source.api.resume(root, { signal }),
    source.api.pause(root, { signal }),
    source.api.select({ root, select: [0] }, { signal }),
    source.api.start({ root }, { signal }),
    source.api.openLink({ link: root }, { signal }),
    source.api.remove({ root, withData: false }, { signal }),
    source.api.planDownload({ root }, { signal }),
  ]
  const outcomes = Promise.allSettled(cancelled)
  stop.abort()
  expect((await first).state).toBe('paused')
  for (const outcome of (await outcomes).slice(0, -1)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } })
  }
  expect((await source.api.share(root)).state).toBe('paused')
  expect((await source.api.resume(root)).state).not.toBe('paused')
})
