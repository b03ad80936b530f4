/** What the doctor says of which facts, every outcome once; and that the SPEC's table of outcomes is what the code says. */
import { readFileSync } from 'node:fs'
import type { IdentifyResult } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { ClockWitness } from '../../../main/engine/network/clock-witness.ts'
import { type DoctorFacts, diagnose } from '../../../main/engine/network/diagnose.ts'
import type { DoctorFinding } from '../../../shared/contract/model.ts'

const healthy: DoctorFacts = {
  mode: 'internet',
  system: 'linux',
  port: 4001,
  listening: ['/ip4/192.168.1.2/tcp/1'],
  notes: [],
  quicOff: undefined,
  selfConnectMs: 1,
  lan: { interfaces: ['192.168.1.2'], queriesSent: 3, heardOurselves: 2, heardOthers: 1, lastError: undefined },
  inboundFromElsewhere: 2,
  shoalPeers: 1,
  confirmedPublic: ['/ip4/8.8.8.8/tcp/1'],
  relayed: [],
  observedIps: ['8.8.8.8'],
  mapped: [{ address: '/ip4/8.8.8.8/tcp/4001', isPublic: true }],
  portMapping: true,
  publicInterfaces: [],
  dht: [
    { route: 'lan-dht', tablePeers: 3, mode: 'server' },
    { route: 'internet-dht', tablePeers: 100, mode: 'client' },
  ],
  clockJumpMs: 3,
  witnesses: { heard: 3, aheadMs: [] },
  now: Date.UTC(2026, 10, 20),
}

const lan = (over: Partial<NonNullable<DoctorFacts['lan']>>): Partial<DoctorFacts> => ({
  lan: { interfaces: ['10.0.0.1'], queriesSent: 9, heardOurselves: 0, heardOthers: 0, lastError: undefined, ...over },
})

/** Scenario, what differs from the healthy node, and the outcome of one test. */
const OUTCOMES: readonly (readonly [string, Partial<DoctorFacts>, string, DoctorFinding['result'], string])[] = [
  ['all is well', {}, 'listening', 'ok', 'answers'],
  ['nobody answers on our port', { selfConnectMs: undefined }, 'listening', 'problem', 'nothing-answers'],
  ['the port was taken', { notes: [{ code: 'port-taken', wanted: 1, port: 2 }] }, 'listening', 'warning', 'port-taken'],
  ['every transport', {}, 'transports', 'ok', 'all'],
  ['one machine', { mode: 'local' }, 'transports', 'ok', 'tcp-only'],
  ['QUIC does not load', { quicOff: 'no binary' }, 'transports', 'ok', 'some-off'],
  [
    'no port for WebSockets',
    { notes: [{ code: 'transport-off', transport: 'WebSockets', why: 'EACCES' }] },
    'transports',
    'ok',
    'some-off',
  ],
  ['neighbours answer', {}, 'lan-multicast', 'ok', 'heard'],
  ['nobody else yet', lan({ heardOurselves: 2 }), 'lan-multicast', 'ok', 'nobody-yet'],
  ['no network', lan({ interfaces: [] }), 'lan-multicast', 'warning', 'no-network'],
  ['multicast is swallowed', lan({ lastError: 'EPERM' }), 'lan-multicast', 'warning', 'nothing-comes-back'],
  ['multicast is off', { lan: undefined }, 'lan-multicast', 'skipped', 'switched-off'],
  ['one machine', { mode: 'local' }, 'lan-multicast', 'skipped', 'mode'],
  ['others come in', {}, 'firewall', 'ok', 'incoming'],
  ['connected but nobody comes in', { inboundFromElsewhere: 0 }, 'firewall', 'warning', 'none-incoming'],
  ['nobody is there', { inboundFromElsewhere: 0, shoalPeers: 0 }, 'firewall', 'skipped', 'nobody-to-try'],
  ['one machine', { mode: 'local' }, 'firewall', 'skipped', 'mode'],
  ['a public address of its own', { publicInterfaces: ['8.8.8.8'] }, 'nat', 'ok', 'none'],
  ['the router opened a port', {}, 'nat', 'ok', 'mapped'],
  [
    'two routers in a row',
    { mapped: [{ address: '/ip4/100.64.0.9/tcp/4001', isPublic: false }] },
    'nat',
    'warning',
    'double',
  ],
  ['behind a router', { mapped: [] }, 'nat', 'warning', 'behind'],
  ['nobody told how we look', { mapped: [], observedIps: [] }, 'nat', 'skipped', 'unknown'],
  ['no internet wanted', { mode: 'lan' }, 'nat', 'skipped', 'mode'],
  ['others reached us', {}, 'reachability', 'ok', 'confirmed'],
  ['nobody reached us', { confirmedPublic: [] }, 'reachability', 'warning', 'not-confirmed'],
  ['no internet wanted', { mode: 'lan' }, 'reachability', 'skipped', 'mode'],
  ['no relay needed', {}, 'relay', 'skipped', 'not-needed'],
  ['a relay helps', { confirmedPublic: [], relayed: ['/x'] }, 'relay', 'ok', 'held'],
  ['no relay yet', { confirmedPublic: [] }, 'relay', 'warning', 'none'],
  ['no internet wanted', { mode: 'lan' }, 'relay', 'skipped', 'mode'],
  ['a table', {}, 'lan-dht', 'ok', 'peers'],
  ['alone', { dht: [{ route: 'lan-dht', tablePeers: 0, mode: 'server' }] }, 'lan-dht', 'warning', 'empty'],
  ['without it', { dht: [] }, 'lan-dht', 'skipped', 'switched-off'],
  ['a table', {}, 'internet-dht', 'ok', 'peers'],
  ['offline', { dht: [{ route: 'internet-dht', tablePeers: 0, mode: 'client' }] }, 'internet-dht', 'warning', 'empty'],
  ['without it', { dht: [] }, 'internet-dht', 'skipped', 'switched-off'],
  ['no internet wanted', { mode: 'lan', dht: [] }, 'internet-dht', 'skipped', 'mode'],
  ['an even clock', {}, 'clock', 'ok', 'even'],
  ['the clock jumped', { clockJumpMs: -60_000 }, 'clock', 'warning', 'jumped'],
  ['the clock is years behind', { now: Date.UTC(2001, 0, 1) }, 'clock', 'problem', 'before-program'],
  [
    'most peers are ahead',
    { witnesses: { heard: 3, aheadMs: [300_000, 290_000] } },
    'clock',
    'warning',
    'behind-peers',
  ],
]

const told = (change: Partial<DoctorFacts>, id: string): DoctorFinding => {
  const found = diagnose({ ...healthy, ...change }).find((finding) => finding.id === id)
  if (found === undefined) throw new Error(`no finding ${id}`)
  return found
}

describe('doctor', () => {
  it.each(OUTCOMES)('[NE90] %s', (_, change, id, result, code) => {
    const found = told(change, id)
    expect([found.result, found.code]).toEqual([result, code])
    expect(found.reason).toBeTruthy()
    if (result === 'warning' || result === 'problem') expect(found.nextStep).toBeTruthy()
  })

  it('[NE90] finds nothing wrong with a healthy node', () => {
    const wrong = diagnose(healthy).filter(({ result }) => result === 'warning' || result === 'problem')
    expect(wrong).toEqual([])
  })

  it('[NE90] what local mode forbids is skipped with that reason', () => {
    const found = diagnose({ ...healthy, mode: 'local', lan: undefined, confirmedPublic: [], dht: [] })
    const byMode = found.filter(({ code }) => code === 'mode')
    expect(byMode.map(({ id }) => id)).toEqual([
      'lan-multicast',
      'firewall',
      'nat',
      'reachability',
      'relay',
      'internet-dht',
    ])
    for (const { reason, facts } of byMode) expect([reason.includes('local'), facts]).toEqual([true, { mode: 'local' }])
  })

  it('[NE90] hints speak of the firewall of this system and of the port of this node', () => {
    const hint = (system: string) => told({ inboundFromElsewhere: 0, system }, 'firewall').nextStep
    expect(hint('win32')).toMatch(/Windows Security.*4001/)
    expect(hint('darwin')).toMatch(/System Settings.*4001/)
    expect(hint('linux')).toMatch(/ufw allow 4001\/tcp/)
  })

  it('[NE90] the table in the SPEC has every outcome with its facts, and nothing else', () => {
    const spec = readFileSync(new URL('../../../docs/SPEC.md', import.meta.url), 'utf8')
    const rows = [...spec.matchAll(/^\| `([a-z-]+)` \| `([a-z-]+)` \| (\w+) \| ([^|]*) \|$/gm)]
    const written = rows.map(([, id, code, result, facts]) => [id, code, result, facts?.trim()].join(' ')).sort()
    const said = OUTCOMES.map(([, change, id]) => {
      const { code, result, facts = {} } = told(change, id)
      return [
        id,
        code,
        result,
        Object.keys(facts)
          .sort()
          .map((key) => `\`${key}\``)
          .join(' '),
      ].join(' ')
    })
    expect(written).toEqual([...new Set(said)].sort())
  })
})

describe('what peers tell of the time', () => {
  const NOW = Date.UTC(2026, 10, 20)
  function heard(...numbers: readonly (bigint | undefined)[]): ReturnType<ClockWitness['facts']> {
    const events = new EventTarget()
    // Of libp2p it uses these two alone, and of the event these fields.
    const witness = new ClockWitness(events as never, () => NOW)
    witness.start()
    numbers.forEach((seq, index) => {
      const detail = { peerId: `peer ${index}`, ...(seq === undefined ? {} : { signedPeerRecord: { seq } }) }
      events.dispatchEvent(new CustomEvent('peer:identify', { detail: detail as unknown as IdentifyResult }))
    })
    witness.stop()
    return witness.facts()
  }

  it('[NE90] a record signed in our future is told of, an old one and one of an hour ago are not', () => {
    const future = BigInt(NOW + 300_000)
    expect(heard(future, BigInt(NOW - 3_600_000), BigInt(NOW + 60_000))).toEqual({ heard: 3, aheadMs: [300_000] })
  })

  it('[NE90] numbers that are no time, and peers that tell none, say nothing', () => {
    expect(heard(1n, 2n ** 63n, undefined)).toEqual({ heard: 0, aheadMs: [] })
  })

  it('[NE90] remembers a bounded number of peers', () => {
    expect(heard(...Array.from({ length: 500 }, () => BigInt(NOW))).heard).toBe(64)
  })

  it('[NE90] one peer with a wrong clock is not believed', () => {
    expect(told({ witnesses: { heard: 1, aheadMs: [9e9] } }, 'clock').code).toBe('even')
    expect(told({ witnesses: { heard: 9, aheadMs: [9e9, 9e9] } }, 'clock').code).toBe('even')
  })
})
