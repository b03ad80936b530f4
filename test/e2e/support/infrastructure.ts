/** Starts what the internet has besides Shoal, inside a test's network: infrastructure-peer.ts and gateway-device-child.ts. */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { InfrastructureTask } from './infrastructure-peer.ts'
import type { HomeRouter } from './nat-lab.ts'
import type { NetHost } from './netns.ts'

export class Infrastructure {
  private readonly children: ChildProcess[] = []

  /** A public node on that machine; resolves to its address. */
  async peer(host: NetHost, options: Omit<InfrastructureTask, 'ip'> = { relay: true }): Promise<string> {
    const task: InfrastructureTask = { ip: host.ip, ...options }
    const said = await this.run(host, 'infrastructure-peer.ts', JSON.stringify(task))
    const { addresses }: { addresses: string[] } = JSON.parse(said)
    const [address] = addresses
    if (address === undefined) throw new Error('the public node has no address')
    return address
  }

  /** The router opens ports for those who ask by UPnP. */
  async upnp(router: HomeRouter): Promise<void> {
    await this.run(
      router.outside,
      'gateway-device-child.ts',
      JSON.stringify({ inside: router.inside, outside: router.outside.ip }),
    )
  }

  async stop(): Promise<void> {
    const ended = this.children.splice(0).map((child) => {
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.stdin?.end()
      return child.exitCode === null && child.signalCode === null ? exited : undefined
    })
    await Promise.all(ended)
  }

  /** Resolves to the first line that it says. */
  private run(host: NetHost, script: string, task: string): Promise<string> {
    const file = fileURLToPath(new URL(script, import.meta.url))
    const child = host.spawn(process.execPath, [file, task], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.children.push(child)
    let errors = ''
    child.stderr?.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-4_000)
    })
    return new Promise((resolve, reject) => {
      if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve)
      child.once('exit', (code, signal) => reject(new Error(`${script} ended with ${code ?? signal}: ${errors}`)))
    })
  }
}
