/** The doctor's judgement of the way in from outside: firewall, NAT, confirmed addresses, relay. Pure. SPEC: [NE90]. */
import type { DoctorFinding } from '../../../shared/contract/model.ts'
import type { DoctorFacts } from './diagnose.ts'
import { finding, skipped } from './finding.ts'

export function firewall({ mode, inboundFromElsewhere, shoalPeers, system, port }: DoctorFacts): DoctorFinding {
  const title = 'Connections from other machines'
  const id = 'firewall'
  const say = finding(id, title)
  if (mode === 'local') return skipped.byMode(id, title, mode)
  if (inboundFromElsewhere > 0) {
    return say('ok', 'incoming', `${inboundFromElsewhere} have come in since the start.`, {
      facts: { count: inboundFromElsewhere },
    })
  }
  if (shoalPeers === 0)
    return say('skipped', 'nobody-to-try', 'No other Shoal peer is known, so nobody could have tried.')
  return say(
    'warning',
    'none-incoming',
    'None has come in so far, although we are connected with others: a firewall may stop them.',
    { facts: { peers: shoalPeers, system, port: port ?? 0 }, nextStep: firewallHint(system, port) },
  )
}

function firewallHint(system: string, port: number | undefined): string {
  const door = port === undefined ? 'its TCP port' : `TCP port ${port}`
  switch (system) {
    case 'win32':
      return `Windows Security > Firewall & network protection > Allow an app through firewall: allow Shoal (${door}) on private networks.`
    case 'darwin':
      return `System Settings > Network > Firewall > Options: allow incoming connections for Shoal (${door}).`
    default:
      return `Allow Shoal to accept incoming connections in the firewall of this machine (${door}; with ufw: sudo ufw allow ${port ?? 'PORT'}/tcp).`
  }
}

export function nat(facts: DoctorFacts): DoctorFinding {
  const { mode, mapped, observedIps, publicInterfaces, portMapping } = facts
  const title = 'Between this machine and the internet (NAT)'
  const id = 'nat'
  const say = finding(id, title)
  if (mode !== 'internet') return skipped.byMode(id, title, mode)
  const own = observedIps.find((ip) => publicInterfaces.includes(ip))
  if (own !== undefined) {
    return say('ok', 'none', `Others see this machine under an address of its own (${own}).`, {
      facts: { address: own },
    })
  }
  const open = mapped.find(({ isPublic }) => isPublic)
  if (open !== undefined) {
    return say('ok', 'mapped', `The router holds ${open.address} open for this node.`, {
      facts: { address: open.address },
    })
  }
  const inner = mapped[0]
  if (inner !== undefined) {
    return say(
      'warning',
      'double',
      `The router's own address (${inner.address}) is not public: there is a second NAT behind it.`,
      {
        facts: { address: inner.address },
        nextStep:
          'Ask the provider for a public IPv4 address, or use IPv6; until then peers are reached by hole punching.',
      },
    )
  }
  const seenAs = observedIps[0]
  if (seenAs === undefined)
    return say('skipped', 'unknown', 'Nobody has told us yet how this machine looks from outside.')
  return say('warning', 'behind', `Others see this machine as ${seenAs}, which is the router's address.`, {
    facts: { address: seenAs, portMapping },
    nextStep: portMapping
      ? 'Switch on UPnP in the router, or forward the TCP port of this node to this machine.'
      : 'Switch port mapping on in the settings, or forward the TCP port of this node to this machine.',
  })
}

export function reachability({ mode, confirmedPublic }: DoctorFacts): DoctorFinding {
  const title = 'Reachable from the internet'
  const id = 'reachability'
  const say = finding(id, title)
  if (mode !== 'internet') return skipped.byMode(id, title, mode)
  if (confirmedPublic.length > 0) {
    const addresses = confirmedPublic.join(', ')
    return say('ok', 'confirmed', `Others reached ${addresses}.`, {
      facts: { addresses, count: confirmedPublic.length },
    })
  }
  return say('warning', 'not-confirmed', 'No public address of this node has been confirmed by others.', {
    nextStep: 'Switch on UPnP in the router, or forward the TCP port of this node to this machine.',
  })
}

export function relay({ mode, confirmedPublic, relayed }: DoctorFacts): DoctorFinding {
  const title = 'Relay'
  const id = 'relay'
  const say = finding(id, title)
  if (mode !== 'internet') return skipped.byMode(id, title, mode)
  if (relayed.length > 0) {
    const reason = `Reachable through ${relayed.length} relayed address(es), for opening direct connections only.`
    return say('ok', 'held', reason, { facts: { count: relayed.length } })
  }
  if (confirmedPublic.length > 0) return say('skipped', 'not-needed', 'Not needed: this node is reachable directly.')
  return say(
    'warning',
    'none',
    'No relay holds a place for this node yet; peers behind other routers cannot reach it.',
    {
      nextStep: 'Wait a few minutes after the start, or make this node reachable directly.',
    },
  )
}
