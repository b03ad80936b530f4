/**
 * Gathers the facts that the doctor judges (SPEC [NE90]): from the running node, and by connecting to our own port once.
 * The judgement is diagnose.ts. Nothing here asks a server.
 */
import { connect } from 'node:net'
import type { DoctorFinding } from '../../../shared/contract/model.ts'
import type { Clock } from './clock.ts'
import { diagnose } from './diagnose.ts'
import type { ShoalNode } from './shoal-node.ts'

const CONNECT_TIMEOUT_MS = 2000

/** Made at the start, so that a jump of the clock since then can be seen. */
export class Doctor {
  private readonly node: ShoalNode
  private readonly clock: Clock
  private readonly monotonic: () => number
  private readonly offset: number

  constructor(node: ShoalNode, clock: Clock, monotonic: () => number = () => performance.now()) {
    this.node = node
    this.clock = clock
    this.monotonic = monotonic
    this.offset = clock.now() - monotonic()
  }

  async examine(signal?: AbortSignal): Promise<DoctorFinding[]> {
    signal?.throwIfAborted()
    const { node } = this
    const reachable = node.reachable().map((address) => address.toString())
    const { lan, inboundFromElsewhere } = node.facts()
    return diagnose({
      mode: node.mode,
      listening: node.addresses().map((address) => address.toString()),
      notes: node.notes,
      selfConnectMs: node.listenPort === undefined ? undefined : await connectToSelf(node.listenPort, this.monotonic),
      lan,
      inboundFromElsewhere,
      shoalPeers: node.shoalPeers.list().length,
      confirmedPublic: reachable.filter((address) => !address.includes('/p2p-circuit')),
      relayed: reachable.filter((address) => address.includes('/p2p-circuit')),
      dht: node.dhts.map((dht) => ({ route: dht.route, tablePeers: dht.tablePeers(), mode: dht.mode() })),
      clockJumpMs: this.clock.now() - this.monotonic() - this.offset,
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
