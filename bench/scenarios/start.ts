/** From the start of the process to its "ready", and the memory of a peer that has nothing to do. */
import { setTimeout as sleep } from 'node:timers/promises'
import { MB, resourcesOf, type Scenario } from './scenario.ts'

export const start: Scenario = {
  name: 'start',
  measures: ['start-ready', 'idle-rss'],
  timeoutMs: 90_000,
  async run(context) {
    const peer = await context.start('peer')
    const readyMs = peer.child.readyMs
    // What a settled peer holds, not what starting took: let its collector and timers have their say.
    await sleep(context.scale.idleMs, undefined, { signal: context.signal })
    const { rssBytes } = await resourcesOf(context, peer)
    await peer.stop()
    const again = await context.start('peer')
    context.note(`start to ready again on the same profile: ${(again.child.readyMs / 1_000).toFixed(2)} s`)
    return { 'start-ready': readyMs / 1_000, 'idle-rss': rssBytes / MB }
  },
}
