/**
 * How others see this machine: the IP address that each says, in identify, our connection came from. The library drops what
 * is seen of TCP connections, because their port says nothing (each dial has its own); the address does, and with it the
 * guess that our port is open there under its own number, as it is when somebody set up the router by hand. That
 * guess is handed on to be confirmed by others (AutoNAT) and is told to nobody before. SPEC: [NE101].
 *
 * One peer may lie. What most peers say counts, each counts once, and a guess takes two of them.
 */
import type { IdentifyResult, Libp2p } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { ipOf, ipScope } from './address-rules.ts'

/** So many must say the same before it is worth asking others to dial it. */
const WITNESSES_FOR_A_GUESS = 2

/** Witnesses that are remembered; the one heard longest ago goes first. */
export const MAX_WITNESSES = 64

type Said = Pick<IdentifyResult, 'peerId' | 'observedAddr'>

export class OutsideView {
  private readonly saidBy = new Map<string, string>() // peer -> public IP; <= MAX_WITNESSES
  private readonly libp2p: Pick<Libp2p, 'addEventListener' | 'removeEventListener'>
  private readonly guess: (address: Multiaddr) => void
  private readonly port: () => number | undefined

  /** @param guess an address that may be ours and was not confirmed by anybody */
  constructor(
    libp2p: Pick<Libp2p, 'addEventListener' | 'removeEventListener'>,
    port: () => number | undefined,
    guess: (address: Multiaddr) => void,
  ) {
    this.libp2p = libp2p
    this.port = port
    this.guess = guess
  }

  start(): void {
    this.libp2p.addEventListener('peer:identify', this.onIdentify)
  }

  stop(): void {
    this.libp2p.removeEventListener('peer:identify', this.onIdentify)
  }

  /** Public IP addresses under which peers see us, the one that most of them say first. */
  ips(): string[] {
    return this.votes().map(([ip]) => ip)
  }

  heard({ peerId, observedAddr }: Said): void {
    const ip = observedAddr === undefined ? undefined : ipOf(observedAddr)
    if (ip === undefined || ipScope(ip) !== 'public') return
    const peer = peerId.toString()
    this.saidBy.delete(peer)
    this.saidBy.set(peer, ip)
    const oldest = this.saidBy.keys().next().value
    if (this.saidBy.size > MAX_WITNESSES && oldest !== undefined) this.saidBy.delete(oldest)
    const [most, votes = 0] = this.votes()[0] ?? []
    const port = this.port()
    if (most !== ip || votes < WITNESSES_FOR_A_GUESS || port === undefined) return
    this.guess(multiaddr(`/${ip.includes(':') ? 'ip6' : 'ip4'}/${ip}/tcp/${port}`))
  }

  private votes(): [ip: string, votes: number][] {
    const votes = new Map<string, number>()
    for (const ip of this.saidBy.values()) votes.set(ip, (votes.get(ip) ?? 0) + 1)
    return [...votes].sort(([, a], [, b]) => b - a)
  }

  private readonly onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => this.heard(detail)
}
