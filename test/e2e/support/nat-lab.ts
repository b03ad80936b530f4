/**
 * A small internet for tests, made of network namespaces like netns.ts: machines with public addresses on one wire, and
 * home routers behind which machines with private addresses stand. A router translates as Linux does (MASQUERADE: the port
 * is kept where it is free, so a mapping is the same towards everybody), or with random ports per connection, as the NATs
 * do that no hole can be punched into. From outside it lets in what belongs to a connection that began inside, and
 * drops the rest without a word. The addresses look public and exist only in here: nothing leads out.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { NetHost } from './netns.ts'

const run = promisify(execFile)

/** `fixed`: the same port outside as inside. `random`: another one for each connection. */
type Mapping = 'fixed' | 'random'

let labs = 0

export class NatLab {
  private readonly prefix: string
  private readonly made: string[] = []

  private constructor(prefix: string) {
    this.prefix = prefix
  }

  static async create(): Promise<NatLab> {
    const lab = new NatLab(`na${process.pid}-${labs++}`)
    await lab.namespace(lab.wire)
    await inside(lab.wire, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
    await inside(lab.wire, 'ip', 'link', 'set', 'br0', 'up')
    return lab
  }

  /** A machine with this address, next to everybody's. */
  async publicHost(ip: string): Promise<NetHost> {
    const host = await this.host(ip, this.wire)
    await host.exec('ip', 'route', 'add', 'default', 'dev', 'eth0')
    return host
  }

  /** A router with this address outside and the network 192.168.<net>.0/24 inside. */
  async router(ip: string, net: number, mapping: Mapping = 'fixed'): Promise<HomeRouter> {
    const outside = await this.publicHost(ip)
    const exec = outside.exec.bind(outside)
    await exec('ip', 'link', 'add', 'br0', 'type', 'bridge')
    await exec('ip', 'addr', 'add', `192.168.${net}.1/24`, 'dev', 'br0')
    await exec('ip', 'link', 'set', 'br0', 'up')
    await exec('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    const masquerade = ['-t', 'nat', '-A', 'POSTROUTING', '-o', 'eth0', '-j', 'MASQUERADE']
    await exec('iptables', ...masquerade, ...(mapping === 'random' ? ['--random-fully'] : []))
    for (const chain of ['INPUT', 'FORWARD']) {
      await exec('iptables', '-A', chain, '-i', 'eth0', '-m', 'conntrack', '--ctstate', 'NEW,INVALID', '-j', 'DROP')
    }
    return new HomeRouter(outside, `192.168.${net}.1`, async (index) => {
      const host = await this.host(`192.168.${net}.${index}`, outside.name)
      await host.exec('ip', 'route', 'add', 'default', 'via', `192.168.${net}.1`)
      return host
    })
  }

  /** Interfaces go with their namespace; processes inside must have ended. */
  async dispose(): Promise<void> {
    for (const name of this.made.splice(0).reverse()) await run('ip', ['netns', 'del', name]).catch(() => {})
  }

  private get wire(): string {
    return `${this.prefix}-w`
  }

  private async host(ip: string, at: string): Promise<NetHost> {
    const index = this.made.length
    const host = new NetHost(`${this.prefix}-${index}`, ip)
    await this.namespace(host.name)
    await host.exec('ip', 'link', 'set', 'lo', 'up')
    const peer = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', host.name]
    await inside(at, 'ip', 'link', 'add', `p${index}`, ...peer)
    // The kernel's own neighbour discovery, and addresses that nobody here means.
    await host.exec('sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6')
    await host.exec('ip', 'addr', 'add', `${ip}/24`, 'dev', 'eth0')
    await host.exec('ip', 'link', 'set', 'eth0', 'up')
    await inside(at, 'ip', 'link', 'set', `p${index}`, 'master', 'br0', 'up')
    return host
  }

  private async namespace(name: string): Promise<void> {
    await run('ip', ['netns', 'add', name])
    this.made.push(name)
  }
}

export class HomeRouter {
  /** The router itself, as a machine. */
  readonly outside: NetHost
  /** Its address towards the machines behind it. */
  readonly inside: string
  private readonly addHost: (index: number) => Promise<NetHost>
  private hosts = 0

  constructor(outside: NetHost, inside: string, addHost: (index: number) => Promise<NetHost>) {
    this.outside = outside
    this.inside = inside
    this.addHost = addHost
  }

  /** A machine behind it. */
  host(): Promise<NetHost> {
    this.hosts += 1
    return this.addHost(this.hosts + 1)
  }

  /** What a person sets up in the router by hand: this port outside leads to that machine. */
  async forward(port: number, to: string): Promise<void> {
    const match = ['-i', 'eth0', '-p', 'tcp', '--dport', String(port)]
    await this.outside.exec('iptables', '-t', 'nat', '-A', 'PREROUTING', ...match, '-j', 'DNAT', '--to', to)
    await this.outside.exec('iptables', '-I', 'FORWARD', ...match, '-j', 'ACCEPT')
  }
}

async function inside(name: string, command: string, ...args: readonly string[]): Promise<void> {
  await run('ip', ['netns', 'exec', name, command, ...args])
}
