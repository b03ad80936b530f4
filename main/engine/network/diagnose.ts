/**
 * What helps or hinders this node's connections, as findings with a next step (SPEC [NE90]). Pure: the facts are
 * gathered by doctor.ts. What a mode forbids is not tried: it is reported as skipped, with that reason. Every outcome has a
 * code and facts from which it can be worded in any language; the table of them is in the SPEC.
 */
import type { DoctorFinding, NetworkMode } from '../../../shared/contract/model.ts'
import type { Witnesses } from './clock-witness.ts'
import { firewall, nat, reachability, relay } from './diagnose-outside.ts'
import { finding, skipped } from './finding.ts'
import type { LanFacts } from './lan-discovery.ts'
import { type ListenNote, noteText } from './listening.ts'

export interface DhtFacts {
  readonly route: 'lan-dht' | 'internet-dht'
  readonly tablePeers: number
  readonly mode: string
}

export interface DoctorFacts {
  readonly mode: NetworkMode
  /** process.platform: whose words the hints use. */
  readonly system: string
  readonly port: number | undefined
  readonly listening: readonly string[]
  readonly notes: readonly ListenNote[]
  /** Undefined: it is on. */
  readonly quicOff: string | undefined
  /** Undefined: nobody answered on our own port. */
  readonly selfConnectMs: number | undefined
  readonly lan: LanFacts | undefined
  readonly inboundFromElsewhere: number
  readonly shoalPeers: number
  readonly confirmedPublic: readonly string[]
  readonly relayed: readonly string[]
  /** As others see us: IP addresses. */
  readonly observedIps: readonly string[]
  /** Addresses that the router holds open for us, and their IP addresses. */
  readonly mapped: readonly { readonly address: string; readonly isPublic: boolean }[]
  readonly portMapping: boolean
  /** Public ones among this machine's own. */
  readonly publicInterfaces: readonly string[]
  readonly dht: readonly DhtFacts[]
  /** How far the wall clock moved against the monotonic one since the start. */
  readonly clockJumpMs: number
  readonly witnesses: Witnesses
  readonly now: number
}

/** A clock that is slewed by NTP stays far below this; one that is set jumps. */
const CLOCK_JUMP_MS = 5000
/** The first day of this program: a clock before it is wrong. */
const BUILT_AFTER = Date.UTC(2026, 0, 1)
/** One peer's clock may be wrong; this many of them agree. */
const MIN_WITNESSES = 2

export function diagnose(facts: DoctorFacts): DoctorFinding[] {
  return [
    listening(facts),
    transports(facts),
    multicast(facts),
    firewall(facts),
    nat(facts),
    reachability(facts),
    relay(facts),
    table(facts, 'lan-dht'),
    table(facts, 'internet-dht'),
    clock(facts),
  ]
}

function listening({ listening: addresses, notes, selfConnectMs }: DoctorFacts): DoctorFinding {
  const say = finding('listening', 'Listening for other peers')
  if (addresses.length === 0 || selfConnectMs === undefined) {
    return say('problem', 'nothing-answers', 'Nothing answers on the port of this node.', {
      nextStep: 'Restart Shoal; if it stays so, allow it in the security software of this machine.',
    })
  }
  const facts = { addresses: addresses.length }
  const taken = notes.find((note) => note.code === 'port-taken')
  if (taken !== undefined) {
    return say('warning', 'port-taken', noteText(taken), {
      facts: { ...facts, wanted: taken.wanted, port: taken.port },
      nextStep: 'Stop the other program, or keep the new port: links made before may hold the old one.',
    })
  }
  const where = `${addresses.length} address${addresses.length === 1 ? '' : 'es'}`
  return say('ok', 'answers', `This node answers on ${where}.`, { facts })
}

function transports({ mode, notes, quicOff }: DoctorFacts): DoctorFinding {
  const say = finding('transports', 'Ways to carry data')
  if (mode === 'local') return say('ok', 'tcp-only', 'TCP, which is all that one machine needs.')
  const off = notes.filter((note) => note.code === 'transport-off')
  const missing = off.map(({ transport, why }) => ({ transport: transport as string, why }))
  if (quicOff !== undefined) missing.push({ transport: 'QUIC', why: quicOff })
  if (missing.length === 0) return say('ok', 'all', 'TCP, WebSockets and QUIC.')
  const names = missing.map(({ transport }) => transport).join(', ')
  const why = missing.map(({ why: reason }) => reason).join('; ')
  // TCP is there, or the node would not have started: this costs speed with few peers and hinders nobody.
  return say('ok', 'some-off', `TCP works; without ${names} (${why}).`, { facts: { off: names, why } })
}

function multicast({ mode, lan }: DoctorFacts): DoctorFinding {
  const id = 'lan-multicast'
  const title = 'Finding neighbours (multicast DNS)'
  const say = finding(id, title)
  if (mode === 'local') return skipped.byMode(id, title, mode)
  if (lan === undefined) return say('skipped', 'switched-off', 'Finding neighbours is switched off.')
  const interfaces = lan.interfaces.join(', ')
  const why = lan.lastError ?? ''
  if (lan.interfaces.length === 0) {
    return say('warning', 'no-network', lan.lastError ?? 'This machine is connected to no network.', {
      facts: { why },
      nextStep: 'Connect it to the network of the other machines.',
    })
  }
  if (lan.heardOthers > 0) {
    return say('ok', 'heard', `Other Shoal peers answered (${lan.heardOthers} messages so far).`, {
      facts: { messages: lan.heardOthers, interfaces },
    })
  }
  if (lan.heardOurselves > 0) {
    return say('ok', 'nobody-yet', `Queries go out on ${interfaces}; no other Shoal peer has answered yet.`, {
      facts: { interfaces },
      nextStep: 'If there are others: they must be in the same network, and guest Wi-Fi often separates its guests.',
    })
  }
  const because = lan.lastError === undefined ? '' : ` (${lan.lastError})`
  return say('warning', 'nothing-comes-back', `Not even our own queries come back${because}.`, {
    facts: { interfaces, why },
    nextStep: 'Allow UDP port 5353 in the firewall of this machine.',
  })
}

function table({ mode, dht }: DoctorFacts, route: DhtFacts['route']): DoctorFinding {
  const lan = route === 'lan-dht'
  const title = lan ? 'DHT of this network' : 'Public DHT'
  const say = finding(route, title)
  const found = dht.find((one) => one.route === route)
  if (found === undefined) {
    if (!lan && mode !== 'internet') return skipped.byMode(route, title, mode)
    return say('skipped', 'switched-off', 'It is switched off.')
  }
  if (found.tablePeers > 0) {
    return say('ok', 'peers', `${found.tablePeers} peers in the table, as a ${found.mode}.`, {
      facts: { peers: found.tablePeers, role: found.mode },
    })
  }
  const here = mode === 'local' ? 'on this machine' : 'in this network'
  const reason = lan ? `No other Shoal peer is known ${here}.` : 'No peer of the public DHT has been reached.'
  return say('warning', 'empty', reason, {
    facts: { mode },
    nextStep: lan
      ? 'Start Shoal on another machine here, or give the address of a peer with --bootstrap.'
      : 'Check the internet connection of this machine.',
  })
}

function clock({ clockJumpMs, now, witnesses }: DoctorFacts): DoctorFinding {
  const say = finding('clock', 'Clock of this machine')
  const nextStep = 'Let the system set its clock from the network.'
  if (now < BUILT_AFTER) {
    return say('problem', 'before-program', 'It is set to a date before this program was made.', { nextStep })
  }
  const { heard, aheadMs } = witnesses
  if (aheadMs.length >= MIN_WITNESSES && aheadMs.length * 2 > heard) {
    const seconds = Math.round((aheadMs.toSorted((a, b) => a - b)[Math.floor(aheadMs.length / 2)] ?? 0) / 1000)
    const reason = `${aheadMs.length} of ${heard} peers signed their addresses at a time that it has not reached: it is about ${seconds} s behind.`
    return say('warning', 'behind-peers', reason, { facts: { peers: aheadMs.length, heard, seconds }, nextStep })
  }
  if (Math.abs(clockJumpMs) > CLOCK_JUMP_MS) {
    const seconds = Math.round(clockJumpMs / 1000)
    return say('warning', 'jumped', `It jumped by ${seconds} s since the start.`, { facts: { seconds }, nextStep })
  }
  // That it is right cannot be known without asking a server, and none is asked.
  return say('ok', 'even', 'It has run evenly since the start, and no peer is ahead of it.', { facts: { heard } })
}
