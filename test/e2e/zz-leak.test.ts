import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { Ground } from './support/daemon.ts'
import { makeFile } from './support/files.ts'
import { fetchInto, share } from './support/shares.ts'
import { residentBytes } from './support/costs.ts'
import { floods, pour } from './support/attacks.ts'
import { lootOf } from './support/rogue-source.ts'
import { Stranger } from './support/stranger.ts'
const g = new Ground()
async function mem(profile: string) {
  const { port, token } = JSON.parse(readFileSync(g.path(profile, 'daemon.json'), 'utf8'))
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
  const get = (n: string) => Math.round(Number(new RegExp(`^${n}(?:{[^}]*})? (.*)$`, 'm').exec(text)?.[1]) / 1e6)
  return `heap ${get('nodejs_heap_size_used_bytes')}/${get('nodejs_heap_size_total_bytes')} ext ${get('nodejs_external_memory_bytes')} rss ${get('process_resident_memory_bytes')}`
}
test('leak', async () => {
  try {
    makeFile(g.path('f'), 160 << 20, 'x')
    const loot = await lootOf(g.path('f'))
    const a = await g.peer('a'); const b = await g.peer('b', '--limit-down', '500000B/s')
    const s = await share(a.api, g.path('f'))
    await fetchInto(b.api, s.link, b.downloads)
    await new Promise(r => setTimeout(r, 3000))
    for (const what of (process.env.WHAT ?? 'pings').split(',')) {
      const target = process.env.TARGET === 'a' ? a : b
      console.log('BEGIN', what, await mem(target.profile))
      for (let i = 0; i < 24; i++) {
        const x = await Stranger.start()
        const st = await x.join(target.addresses[0] ?? '', loot.root.bytes)
        await pour(st, 500, floods(160, loot.root.bytes)[what]!)
        await x.stop()
        if (i % 6 === 5) console.log('ROUND', what, i, await mem(target.profile))
      }
      await new Promise(r => setTimeout(r, 5000))
      console.log('END', what, await mem(target.profile))
    }
  } finally { await g.clear() }
}, 300000)
