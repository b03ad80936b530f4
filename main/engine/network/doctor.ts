/**
 * Gathers the facts that the doctor judges (SPEC [NE90]): from the running node, and by connecting to our own port once.
 * The judgement is diagnose.ts. Nothing here asks a server.
 */
import { connect } from 'node:net'
import type { DoctorFinding } from '../../../shared/contract/model.ts'
import { addressScope, ipScope } from './address-rules.ts'
import type { Clock } from './clock.ts'
import { ClockWitness } from './clock-witness.ts'
import { diagnose } from './diagnose.ts'
import { ownInterfaces } from './own-interfaces.ts'
import type { ShoalNode } from './shoal-node.ts'

const CONNECT_TIMEOUT_MS = 2000

/** Made at the start, so that a jump of the clock since then can be seen. */
export class Doctor {
  private readonly node: ShoalNode
  private readonly clock: Clock
  private readonly monotonic: () => number
  private readonly offset: number
  private readonly witness: ClockWitness

  constructor(node: ShoalNode, clock: Clock, monotonic: () => number = () => performance.now()) {
    this.node = node
    this.clock = clock
    this.monotonic = monotonic
    this.offset = clock.now() - monotonic()
    this.witness = new ClockWitness(node.libp2p, clock.now)
  }

  start(): void {
    this.witness.start()
  }

  stop(): void {
    this.witness.stop()
  }

  async examine(signal?: AbortSignal): Promise<DoctorFinding[]> {
    signal?.throwIfAborted()
    const { node } = this
    const reachable = node.reachable().map((address) => address.toString())
    const { lan, inboundFromElsewhere } = node.facts()
    const { quic } = node.capabilities
    const { portMapping, mapped, seenAs } = node.outside()
    const ownIps = ownInterfaces(this.clock.now()).map(({ address }) => address)
    return diagnose({
      mode: node.mode,
      system: process.platform,
      port: node.listenPort,
      listening: node.addresses().map((address) => address.toString()),
      notes: node.notes,
      quicOff: quic.on ? undefined : quic.reason,
      selfConnectMs: node.listenPort === undefined ? undefined : await connectToSelf(node.listenPort, this.monotonic),
      lan,
      inboundFromElsewhere,
      shoalPeers: node.shoalPeers.list().length,
      confirmedPublic: reachable.filter((address) => !address.includes('/p2p-circuit')),
      relayed: reachable.filter((address) => address.includes('/p2p-circuit')),
      observedIps: seenAs,
      mapped: mapped.map((address) => ({ address: address.toString(), isPublic: addressScope(address) === 'public' })),
      portMapping,
      publicInterfaces: ownIps.filter((ip) => ipScope(ip) === 'public'),
      dht: node.dhts.map((dht) => ({ route: dht.route, tablePeers: dht.tablePeers(), mode: dht.mode() })),
      clockJumpMs: this.clock.now() - this.monotonic() - this.offset,
      witnesses: this.witness.facts(),
      now: this.clock.now(),
    })
  }
}

/** Undefined when nobody answers. */
function connectToSelf(port: number, monotonic: () => number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const startedAt = monotonic()
    const socket = connect({ host: '127.0.0.1', port, timeout: CONNECT_TIMEOUT_MS })
    const end = (result: number | undefined): void => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(monotonic() - startedAt))
    socket.once('timeout', () => end(undefined))
    socket.once('error', () => end(undefined))
  })
}
