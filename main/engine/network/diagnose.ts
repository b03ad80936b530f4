/**
 * What helps or hinders this node's connections, as findings with a next step (SPEC [NE90]). Pure: the facts are
 * gathered by doctor.ts. What a mode forbids is not tried: it is reported as skipped, with that reason.
 */
import type { DoctorFinding, NetworkMode } from '../../../shared/contract/model.ts'
import type { LanFacts } from './lan-discovery.ts'

export interface DoctorFacts {
  readonly mode: NetworkMode
  readonly listening: readonly string[]
  readonly notes: readonly string[]
  /** Undefined: nobody answered on our own port. */
  readonly selfConnectMs: number | undefined
  readonly lan: LanFacts | undefined
  readonly inboundFromElsewhere: number
  readonly shoalPeers: number
  readonly confirmedPublic: readonly string[]
  readonly relayed: readonly string[]
  readonly dht: readonly {
    readonly route: 'lan-dht' | 'internet-dht'
    readonly tablePeers: number
    readonly mode: string
  }[]
  /** How far the wall clock moved against the monotonic one since the start. */
  readonly clockJumpMs: number
  readonly now: number
}

/** A clock that is slewed by NTP stays far below this; one that is set jumps. */
const CLOCK_JUMP_MS = 5000
/** The first day of this program: a clock before it is wrong. */
const BUILT_AFTER = Date.UTC(2026, 0, 1)

export function diagnose(facts: DoctorFacts): DoctorFinding[] {
  return [
    listening(facts),
    multicast(facts),
    firewall(facts),
    reachability(facts),
    relay(facts),
    ...facts.dht.map((dht) => table(facts, dht)),
    clock(facts),
  ]
}

type Verdict = Omit<DoctorFinding, 'id' | 'title'>

function finding(id: string, title: string, verdict: Verdict): DoctorFinding {
  return { id, title, ...verdict }
}

function listening({ listening: addresses, notes, selfConnectMs }: DoctorFacts): DoctorFinding {
  const title = 'Listening for other peers'
  if (addresses.length === 0 || selfConnectMs === undefined) {
    return finding('listening', title, {
      result: 'problem',
      reason: 'Nothing answers on the port of this node.',
      nextStep: 'Restart Shoal; if it stays so, allow it in the security software of this machine.',
    })
  }
  const where = `${addresses.length} address${addresses.length === 1 ? '' : 'es'}`
  if (notes.length === 0) return finding('listening', title, { result: 'ok', reason: `This node answers on ${where}.` })
  return finding('listening', title, {
    result: 'warning',
    reason: notes.join(' '),
    nextStep: 'Stop the other program, or keep the new port: links made before may hold the old one.',
  })
}

function multicast({ mode, lan }: DoctorFacts): DoctorFinding {
  const title = 'Finding neighbours (multicast DNS)'
  const id = 'lan-multicast'
  if (mode === 'local') return skipped(id, title, 'The network is set to local: nothing leaves this machine.')
  if (lan === undefined) return skipped(id, title, 'Finding neighbours is switched off.')
  if (lan.interfaces.length === 0) {
    return finding(id, title, {
      result: 'warning',
      reason: lan.lastError ?? 'This machine is connected to no network.',
      nextStep: 'Connect it to the network of the other machines.',
    })
  }
  if (lan.heardOthers > 0) {
    return finding(id, title, {
      result: 'ok',
      reason: `Other Shoal peers answered (${lan.heardOthers} messages so far).`,
    })
  }
  if (lan.heardOurselves > 0) {
    return finding(id, title, {
      result: 'ok',
      reason: `Queries go out on ${lan.interfaces.join(', ')}; no other Shoal peer has answered yet.`,
      nextStep: 'If there are others: they must be in the same network, and guest Wi-Fi often separates its guests.',
    })
  }
  return finding(id, title, {
    result: 'warning',
    reason: `Not even our own queries come back${lan.lastError === undefined ? '' : ` (${lan.lastError})`}.`,
    nextStep: 'Allow UDP port 5353 in the firewall of this machine.',
  })
}

function firewall({ mode, inboundFromElsewhere, shoalPeers }: DoctorFacts): DoctorFinding {
  const title = 'Connections from other machines'
  const id = 'firewall'
  if (mode === 'local') return skipped(id, title, 'The network is set to local: only this machine can connect.')
  if (inboundFromElsewhere > 0) {
    return finding(id, title, { result: 'ok', reason: `${inboundFromElsewhere} have come in since the start.` })
  }
  if (shoalPeers === 0) return skipped(id, title, 'No other Shoal peer is known, so nobody could have tried.')
  return finding(id, title, {
    result: 'warning',
    reason: 'None has come in so far, although we are connected with others: a firewall may stop them.',
    nextStep: 'Allow Shoal to accept incoming connections in the firewall of this machine.',
  })
}

function reachability({ mode, confirmedPublic }: DoctorFacts): DoctorFinding {
  const title = 'Reachable from the internet'
  const id = 'reachability'
  if (mode !== 'internet') return skipped(id, title, `The network is set to ${mode}.`)
  if (confirmedPublic.length > 0) {
    return finding(id, title, { result: 'ok', reason: `Others reached ${confirmedPublic.join(', ')}.` })
  }
  return finding(id, title, {
    result: 'warning',
    reason: 'No public address of this node has been confirmed by others.',
    nextStep: 'Switch on UPnP in the router, or forward the TCP port of this node to this machine.',
  })
}

function relay({ mode, confirmedPublic, relayed }: DoctorFacts): DoctorFinding {
  const title = 'Relay'
  const id = 'relay'
  if (mode !== 'internet') return skipped(id, title, `The network is set to ${mode}.`)
  if (relayed.length > 0) {
    const reason = `Reachable through ${relayed.length} relayed address(es), for opening direct connections only.`
    return finding(id, title, { result: 'ok', reason })
  }
  if (confirmedPublic.length > 0) return skipped(id, title, 'Not needed: this node is reachable directly.')
  return finding(id, title, {
    result: 'warning',
    reason: 'No relay holds a place for this node yet; peers behind other routers cannot reach it.',
    nextStep: 'Wait a few minutes after the start, or make this node reachable directly.',
  })
}

function table(
  { mode }: DoctorFacts,
  dht: { route: 'lan-dht' | 'internet-dht'; tablePeers: number; mode: string },
): DoctorFinding {
  const lan = dht.route === 'lan-dht'
  const title = lan ? 'DHT of this network' : 'Public DHT'
  if (dht.tablePeers > 0) {
    return finding(dht.route, title, {
      result: 'ok',
      reason: `${dht.tablePeers} peers in the table, as a ${dht.mode}.`,
    })
  }
  const here = mode === 'local' ? 'on this machine' : 'in this network'
  return finding(dht.route, title, {
    result: 'warning',
    reason: lan ? `No other Shoal peer is known ${here}.` : 'No peer of the public DHT has been reached.',
    nextStep: lan
      ? 'Start Shoal on another machine here, or give the address of a peer with --bootstrap.'
      : 'Check the internet connection of this machine.',
  })
}

function clock({ clockJumpMs, now }: DoctorFacts): DoctorFinding {
  const title = 'Clock of this machine'
  const nextStep = 'Let the system set its clock from the network.'
  if (now < BUILT_AFTER) {
    return finding('clock', title, {
      result: 'problem',
      reason: 'It is set to a date before this program was made.',
      nextStep,
    })
  }
  if (Math.abs(clockJumpMs) > CLOCK_JUMP_MS) {
    const seconds = Math.round(clockJumpMs / 1000)
    return finding('clock', title, {
      result: 'warning',
      reason: `It jumped by ${seconds} s since the start.`,
      nextStep,
    })
  }
  return finding('clock', title, { result: 'ok', reason: 'It has run evenly since the start.' })
}

function skipped(id: string, title: string, reason: string): DoctorFinding {
  return { id, title, result: 'skipped', reason }
}
