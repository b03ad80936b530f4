/**
 * Where the node listens (SPEC [NE50], [NE51]): TCP on the remembered port for IPv4 and IPv6, WebSockets one port above,
 * QUIC on the same number over UDP. A taken port is no reason not to start: another is used and said. IPv6 and the
 * secondary transports may fail silently-with-a-note; without IPv4 or IPv6 TCP there is nobody to talk to, and that is
 * an error. The plan is pure; `listen` carries it out.
 */
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import { reasonOf } from './logger.ts'

export interface ListenPlan {
  readonly hosts: readonly string[]
  /** 0: any. */
  readonly port: number
  readonly webSockets: boolean
  readonly quic: boolean
}

export interface ListenResult {
  readonly tcpPort: number
  readonly notes: readonly ListenNote[]
}

/** What the user should know of the start. */
export type ListenNote =
  | { readonly code: 'port-taken'; readonly wanted: number; readonly port: number }
  | { readonly code: 'transport-off'; readonly transport: 'WebSockets' | 'QUIC'; readonly why: string }

export function noteText(note: ListenNote): string {
  if (note.code === 'port-taken')
    return `Port ${note.wanted} is taken by another program; listening on ${note.port} instead.`
  return `${note.transport} ${note.transport === 'QUIC' ? 'is' : 'are'} off: ${note.why}.`
}

export function listenPlan(mode: NetworkMode, port: number, webSockets: boolean, quic: boolean): ListenPlan {
  const hosts = mode === 'local' ? ['/ip4/127.0.0.1'] : ['/ip4/0.0.0.0', '/ip6/::']
  return { hosts, port, webSockets, quic }
}

/** `tryListen` rejects when the address cannot be had, and resolves to the port that it got. */
export async function listen(
  plan: ListenPlan,
  tryListen: (address: Multiaddr) => Promise<number>,
): Promise<ListenResult> {
  const notes: ListenNote[] = []
  let tcpPort: number | undefined
  let failure: unknown
  for (const host of plan.hosts) {
    // The second family joins the first on its port, so that one number can be forwarded or opened in a firewall.
    const wanted = tcpPort ?? plan.port
    const got = await firstThatWorks([wanted, 0], (port) => tryListen(multiaddr(`${host}/tcp/${port}`)))
    if (got.port === undefined) {
      failure ??= got.failure
      continue
    }
    tcpPort ??= got.port
    if (plan.port !== 0 && tcpPort === got.port && got.port !== plan.port) {
      notes.push({ code: 'port-taken', wanted: plan.port, port: got.port })
    }
  }
  if (tcpPort === undefined) {
    throw new ShoalError('NETWORK', `This node cannot listen for other peers: ${reasonOf(failure)}.`, {
      port: plan.port,
    })
  }
  const [firstHost = '/ip4/127.0.0.1'] = plan.hosts
  if (plan.webSockets) {
    const above = tcpPort < 65_535 ? tcpPort + 1 : 0
    const got = await firstThatWorks([above, 0], (port) => tryListen(multiaddr(`${firstHost}/tcp/${port}/ws`)))
    if (got.port === undefined)
      notes.push({ code: 'transport-off', transport: 'WebSockets', why: reasonOf(got.failure) })
  }
  if (plan.quic) {
    const got = await firstThatWorks([tcpPort, 0], (port) => tryListen(multiaddr(`${firstHost}/udp/${port}/quic-v1`)))
    if (got.port === undefined) notes.push({ code: 'transport-off', transport: 'QUIC', why: reasonOf(got.failure) })
  }
  return { tcpPort, notes }
}

async function firstThatWorks(
  ports: readonly number[],
  attempt: (port: number) => Promise<number>,
): Promise<{ port?: number; failure?: unknown }> {
  let failure: unknown
  for (const port of new Set(ports)) {
    try {
      return { port: await attempt(port) }
    } catch (error) {
      failure = error
    }
  }
  return { failure }
}
