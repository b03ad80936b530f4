/**
 * Networks of our own for tests: Linux network namespaces joined by a bridge that lies in a namespace too, so that
 * nothing of the machine's own network is touched or used. Needs root and `ip`; `netnsMissing()` says what is lacking,
 * for `ctx.skip`. A host has one interface, `eth0`, without IPv6 (the kernel's own neighbour discovery would count as
 * packets of ours) and without a default route unless asked for.
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Undefined when namespaces can be made here; else the reason why not. */
export async function netnsMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only'
  const probe = `shoal-probe-${process.pid}`
  try {
    await run('ip', ['netns', 'add', probe])
    await run('ip', ['netns', 'exec', probe, 'ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'])
    await run('ip', ['netns', 'exec', probe, 'ip', 'link', 'add', 'b0', 'type', 'bridge'])
    return undefined
  } catch (error) {
    return `network namespaces cannot be made here (needs root): ${error instanceof Error ? error.message.split('\n')[0] : error}`
  } finally {
    await run('ip', ['netns', 'del', probe]).catch(() => {})
  }
}

/** For the title of a suite that is skipped. */
export function because(missing: string | undefined): string {
  return missing === undefined ? '' : ` (skipped: ${missing})`
}

export interface Packets {
  readonly sent: number
  readonly received: number
}

export class NetHost {
  readonly name: string
  readonly ip: string

  constructor(name: string, ip: string) {
    this.name = name
    this.ip = ip
  }

  /** A process inside. Killing it is the caller's business. */
  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.name, command, ...args], options)
  }

  async exec(command: string, ...args: readonly string[]): Promise<string> {
    return (await run('ip', ['netns', 'exec', this.name, command, ...args])).stdout
  }

  /** What the kernel counted on the interface that leads out. */
  async packets(device = 'eth0'): Promise<Packets> {
    const facts: unknown = JSON.parse(await this.exec('ip', '-j', '-s', 'link', 'show', device))
    const [link] = Array.isArray(facts) ? facts : []
    return { sent: Number(link?.stats64?.tx?.packets), received: Number(link?.stats64?.rx?.packets) }
  }

  /** Pulls the cable, or puts it back. */
  async cable(plugged: boolean): Promise<void> {
    await this.exec('ip', 'link', 'set', 'eth0', plugged ? 'up' : 'down')
  }
}

let labs = 0

export class NetLab {
  private readonly prefix: string
  private readonly hosts: NetHost[] = []
  private readonly made: string[] = []

  private constructor(prefix: string) {
    this.prefix = prefix
  }

  static async create(): Promise<NetLab> {
    const lab = new NetLab(`sh${process.pid}-${labs++}`)
    await lab.namespace(lab.switchName)
    await run('ip', ['netns', 'exec', lab.switchName, 'ip', 'link', 'add', 'br0', 'type', 'bridge'])
    await run('ip', ['netns', 'exec', lab.switchName, 'ip', 'link', 'set', 'br0', 'up'])
    return lab
  }

  /** A machine on the LAN 10.77.0.0/24 with address 10.77.0.<n>; `route`: everything else goes out by eth0 too. */
  async host(options: { route?: boolean } = {}): Promise<NetHost> {
    const index = this.hosts.length + 1
    const host = new NetHost(`${this.prefix}-h${index}`, `10.77.0.${index}`)
    const port = `p${index}`
    await this.namespace(host.name)
    await host.exec('ip', 'link', 'set', 'lo', 'up')
    const peer = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', host.name]
    await run('ip', ['netns', 'exec', this.switchName, 'ip', 'link', 'add', port, ...peer])
    await host.exec('sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6')
    await host.exec('ip', 'addr', 'add', `${host.ip}/24`, 'dev', 'eth0')
    await host.exec('ip', 'link', 'set', 'eth0', 'up')
    await run('ip', ['netns', 'exec', this.switchName, 'ip', 'link', 'set', port, 'master', 'br0', 'up'])
    if (options.route === true) await host.exec('ip', 'route', 'add', 'default', 'dev', 'eth0')
    this.hosts.push(host)
    return host
  }

  /** A machine without any network but itself. */
  async island(): Promise<NetHost> {
    const host = new NetHost(`${this.prefix}-i${this.made.length}`, '127.0.0.1')
    await this.namespace(host.name)
    await host.exec('ip', 'link', 'set', 'lo', 'up')
    return host
  }

  /** Interfaces go with their namespace; processes inside must have ended. */
  async dispose(): Promise<void> {
    for (const name of this.made.splice(0).reverse()) await run('ip', ['netns', 'del', name]).catch(() => {})
  }

  private get switchName(): string {
    return `${this.prefix}-sw`
  }

  private async namespace(name: string): Promise<void> {
    await run('ip', ['netns', 'add', name])
    this.made.push(name)
  }
}
