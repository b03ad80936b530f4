/**
 * What a node says of how it can be reached from the internet, against what is true: a firewall, a port opened by the
 * router itself (UPnP) or by hand, and no network at all.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cpuMs } from './support/costs.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { Infrastructure } from './support/infrastructure.ts'
import { NatLab } from './support/nat-lab.ts'
import { because, NetLab, netnsMissing } from './support/netns.ts'
import { until } from './support/shares.ts'

const missing = await netnsMissing()

describe.skipIf(missing !== undefined)(`reachable from the internet${because(missing)}`, () => {
  let ground: Ground
  let lab: NatLab
  let infrastructure: Infrastructure

  beforeEach(async () => {
    ground = new Ground()
    lab = await NatLab.create()
    infrastructure = new Infrastructure()
  })
  afterEach(async () => {
    await ground.clear()
    await infrastructure.stop()
    await lab.dispose()
  })

  const internet = (...more: string[]): string[] => ['--network', 'internet', '--no-mdns', '--no-internet-dht', ...more]
  const bootstrap = (addresses: readonly string[]): string[] => addresses.flatMap((text) => ['--bootstrap', text])
  const outcomes = async (peer: Peer, ...ids: string[]): Promise<(string | undefined)[]> => {
    const findings = await peer.api.doctor()
    return ids.map((id) => findings.find((finding) => finding.id === id)?.code)
  }
  const untilConnected = (peer: Peer, count: number) =>
    until(peer.api, `${count} connections`, ({ node }) => (node?.connections === count ? node : undefined))

  it('[NE100] a public address behind a firewall is not called reachable', async () => {
    const doors = [await infrastructure.peer(await lab.publicHost('20.30.40.5'), { relay: false })]
    const host = await lab.publicHost('33.1.1.1')
    await host.exec('iptables', '-A', 'INPUT', '-i', 'eth0', '-m', 'conntrack', '--ctstate', 'NEW', '-j', 'DROP')
    const peer = await ground.peerOn(host, 'walled', ...internet('--no-port-mapping', ...bootstrap(doors)))
    await untilConnected(peer, 1)
    // The door was asked and has tried, again and again.
    await expect.poll(() => droppedBy(host.exec.bind(host)), { timeout: 30_000 }).toBeGreaterThan(2)
    expect((await peer.api.status()).reachable).toEqual([])
    expect(await outcomes(peer, 'reachability', 'nat')).toEqual(['not-confirmed', 'none'])
  })

  it('[NE100] [NE101] a router that opens the port by UPnP: confirmed by who came in, and said', async () => {
    const door = await infrastructure.peer(await lab.publicHost('20.30.40.5'), { relay: false })
    const router = await lab.router('81.2.3.4', 7)
    await infrastructure.upnp(router)
    const peer = await ground.peerOn(await router.host(), 'mapped', ...internet(...bootstrap([door])))
    // The mapping is there some seconds later; who connects after that is asked to try it.
    await expect.poll(() => outcomes(peer, 'nat'), { timeout: 60_000, interval: 500 }).toEqual(['mapped'])
    const second = await infrastructure.peer(await lab.publicHost('51.30.40.5'), { relay: false })
    await peer.api.connect({ address: second })
    const address = await until(peer.api, 'a confirmed address', ({ node }) => node?.reachable[0], 60_000)
    expect(address).toMatch(/^\/ip4\/81\.2\.3\.4\//)
    expect(await outcomes(peer, 'reachability')).toEqual(['confirmed'])
  })

  it('[NE101] a port forwarded by hand: guessed from what two peers see, told only once four networks came in by it', async () => {
    const router = await lab.router('81.2.3.4', 7)
    const host = await router.host()
    const doors: string[] = []
    for (const ip of ['20.1.1.1', '51.1.1.1', '77.1.1.1', '101.1.1.1', '129.1.1.1']) {
      doors.push(await infrastructure.peer(await lab.publicHost(ip), { relay: false }))
    }
    const port = 4040
    await router.forward(port, host.ip)
    const peer = await ground.peerOn(host, 'forwarded', ...internet('--no-port-mapping', '--listen-port', String(port)))
    for (const door of doors.slice(0, 2)) await peer.api.connect({ address: door })
    expect((await peer.api.status()).reachable).toEqual([])
    for (const door of doors.slice(2)) await peer.api.connect({ address: door })
    const address = await until(peer.api, 'a confirmed address', ({ node }) => node?.reachable[0], 60_000)
    expect(address).toBe(`/ip4/81.2.3.4/tcp/${port}/p2p/${peer.id}`)
  })
})

describe.skipIf(missing !== undefined)(`without any network${because(missing)}`, () => {
  it('[NE104] internet mode fails quietly and cheaply: not a line above info, hardly any processor', async () => {
    const ground = new Ground()
    const lab = await NetLab.create()
    try {
      const peer = await ground.peerOn(await lab.island(), 'alone', '--network', 'internet')
      // What a start costs is over; the doors of the public DHT are tried again and again.
      await sleep(5_000)
      const before = cpuMs(peer.running.pid)
      await sleep(20_000)
      const spentMs = cpuMs(peer.running.pid) - before
      console.log(`20 s of internet mode without a network: ${spentMs} ms of CPU`)
      expect(spentMs).toBeLessThan(1_000)
      const lines = peer.running.err.split('\n').filter((line) => line.startsWith('{'))
      expect(lines.length).toBeGreaterThan(0)
      expect(lines.filter((line) => !['info', 'debug', 'trace'].includes(JSON.parse(line).level))).toEqual([])
      expect((await peer.api.status()).connections).toBe(0)
    } finally {
      await ground.clear()
      await lab.dispose()
    }
  })
})

/** Packets that the firewall has dropped so far. */
async function droppedBy(exec: (command: string, ...args: string[]) => Promise<string>): Promise<number> {
  const rules = await exec('iptables', '-L', 'INPUT', '-v', '-n', '-x')
  return Number(/^\s*(\d+)\s+\d+\s+DROP/m.exec(rules)?.[1] ?? 0)
}
