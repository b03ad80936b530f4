/**
 * Finding peers of the same LAN by multicast DNS (SPEC [NE40]-[NE42]), on every network interface: libp2p's own module
 * sends on the default route only, so that a VPN, a second card, or a cable without a router hides the neighbours. It
 * only reports who answers; dialling is the peer book's business. Not used in `local` mode.
 *
 * Each interface has a socket; it answers queries, asks at 0, 1 and 3 s and then every 10 s, rising to every 60 s while
 * nothing changes, and announces itself unasked at the start, so that both sides know of each other at once.
 */
import { randomBytes } from 'node:crypto'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import multicastDns, { type MulticastDNS } from 'multicast-dns'
import { addressScope, ipOf } from './address-rules.ts'
import type { Clock } from './clock.ts'
import { type NetworkLogger, reasonOf } from './logger.ts'
import { announcement, readResponse } from './mdns-messages.ts'
import type { InterfaceAddress } from './own-interfaces.ts'
import { MDNS_SERVICE } from './protocols.ts'

/** After the query before: at 0, 1 and 3 s, and so on. */
const QUERY_AFTER_MS: readonly number[] = [0, 1000, 2000, 10_000, 10_000, 10_000, 30_000, 60_000]
/** Interfaces that are listened on; a machine with many container bridges must not open hundreds of sockets. */
const MAX_INTERFACES = 16
/** Answers per interface: a flood of queries is not worth a flood of answers. */
const MIN_ANSWER_GAP_MS = 500
/** Peers reported per minute; a forger on the LAN can fill this but no more. */
const MAX_PEERS_PER_MINUTE = 256

export interface LanDiscoveryOptions {
  readonly self: PeerId
  /** Our addresses, with /p2p/. */
  readonly addresses: () => Multiaddr[]
  readonly interfaces: () => readonly InterfaceAddress[]
  readonly onPeer: (peer: PeerId, addresses: Multiaddr[]) => void
  readonly clock: Clock
  readonly logger: NetworkLogger
}

/** What is known of the LAN, for the doctor. */
export interface LanFacts {
  readonly interfaces: readonly string[]
  readonly queriesSent: number
  /** Our own announcements that came back: sending and receiving work, as far as this machine is concerned. */
  readonly heardOurselves: number
  /** Messages of other Shoal peers. */
  readonly heardOthers: number
  readonly lastError: string | undefined
}

interface Lane {
  readonly dns: MulticastDNS
  lastAnswerAt: number
}

export class LanDiscovery {
  private readonly options: LanDiscoveryOptions
  /** DNS label that tells runs apart; says nothing about the machine. */
  private readonly instance = randomBytes(16).toString('hex')
  private readonly lanes = new Map<string, Lane>() // by interface address; <= MAX_INTERFACES
  private cancelTimer: (() => void) | undefined
  private turn = 0
  private queriesSent = 0
  private heardOurselves = 0
  private heardOthers = 0
  private lastError: string | undefined
  private minute = { startedAt: 0, peers: 0 }

  constructor(options: LanDiscoveryOptions) {
    this.options = options
  }

  start(): void {
    this.turn = 0
    this.ask()
  }

  async stop(): Promise<void> {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    const lanes = [...this.lanes.values()]
    this.lanes.clear()
    await Promise.all(lanes.map(({ dns }) => new Promise<void>((resolve) => dns.destroy(() => resolve()))))
  }

  /** Our addresses changed: say so now rather than when asked. */
  announce(): void {
    if (this.cancelTimer === undefined) return
    for (const address of this.lanes.keys()) this.answer(address, true)
  }

  facts(): LanFacts {
    const { queriesSent, heardOurselves, heardOthers, lastError } = this
    return { interfaces: [...this.lanes.keys()], queriesSent, heardOurselves, heardOthers, lastError }
  }

  private ask(): void {
    const changed = this.followInterfaces()
    if (changed) this.turn = 0
    for (const { dns } of this.lanes.values()) {
      dns.query({ questions: [{ name: MDNS_SERVICE, type: 'PTR' }] }, undefined, (error) => this.noteError(error))
      this.queriesSent++
    }
    this.turn = Math.min(this.turn + 1, QUERY_AFTER_MS.length - 1)
    this.cancelTimer = this.options.clock.after(QUERY_AFTER_MS[this.turn] ?? 60_000, () => this.ask())
  }

  /** Cables are plugged and pulled: every query looks again. True when an interface is new. */
  private followInterfaces(): boolean {
    const wanted = this.options
      .interfaces()
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address)
      .slice(0, MAX_INTERFACES)
    for (const [address, lane] of this.lanes) {
      if (wanted.includes(address)) continue
      this.lanes.delete(address)
      lane.dns.destroy()
    }
    const fresh = wanted.filter((address) => !this.lanes.has(address))
    for (const address of fresh) this.open(address)
    return fresh.length > 0
  }

  private open(address: string): void {
    const dns = multicastDns({ interface: address, bind: '0.0.0.0' })
    this.lanes.set(address, { dns, lastAnswerAt: Number.NEGATIVE_INFINITY })
    dns.on('error', (error: Error) => {
      this.noteError(error)
      // The port is taken exclusively, or the interface has gone: the next query tries again.
      if (this.lanes.get(address)?.dns === dns) this.lanes.delete(address)
      dns.destroy()
    })
    dns.on('warning', (error: Error) => this.noteError(error))
    dns.on('ready', () => this.answer(address, true))
    dns.on('query', (query) => {
      if (query.questions?.some((question) => question.name === MDNS_SERVICE) === true) this.answer(address, false)
    })
    dns.on('response', (response) => {
      const seen = readResponse(response)
      if (seen !== undefined) this.heard(seen.peer, seen.addresses)
    })
  }

  private answer(interfaceAddress: string, unasked: boolean): void {
    const lane = this.lanes.get(interfaceAddress)
    const now = this.options.clock.now()
    if (lane === undefined || (!unasked && now - lane.lastAnswerAt < MIN_ANSWER_GAP_MS)) return
    // What this LAN can reach: the address of this interface; IPv6 of the machine's LANs comes along.
    const addresses = this.options.addresses().filter((address) => {
      const ip = ipOf(address)
      const scope = addressScope(address)
      return ip === interfaceAddress || (ip?.includes(':') === true && (scope === 'private' || scope === 'public'))
    })
    const answers = announcement(this.instance, addresses)
    if (answers === undefined) return
    lane.lastAnswerAt = now
    lane.dns.respond(answers, (error) => this.noteError(error))
  }

  private heard(peer: PeerId, addresses: Multiaddr[]): void {
    if (peer.equals(this.options.self)) {
      this.heardOurselves++
      return
    }
    const now = this.options.clock.now()
    if (now - this.minute.startedAt >= 60_000) this.minute = { startedAt: now, peers: 0 }
    this.heardOthers++
    if (++this.minute.peers <= MAX_PEERS_PER_MINUTE) this.options.onPeer(peer, addresses)
  }

  private noteError(error: Error | null | undefined): void {
    if (error == null) return
    const reason = reasonOf(error)
    if (reason !== this.lastError) this.options.logger.debug({ reason }, 'multicast DNS')
    this.lastError = reason
  }
}
