/**
 * What `npm start` says, in plain words: who I am, where I listen, how many peers, what to type next; then one line per
 * notable event. Pure text: facts in, lines out. Whatever came from the network is made visible before it is printed.
 * Rules [DA19] [CL7].
 */
import type { LogEntry, NodeStatus } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'

export interface BannerFacts {
  readonly node: NodeStatus
  readonly shares: number
  /** How the person runs our commands: "shoal", or "npm run -s shoal --" in a clone. */
  readonly command: string
}

const NETWORK_TEXT = {
  local: 'local: nothing leaves this machine',
  lan: 'lan: peers on this network only',
  internet: 'internet: peers anywhere',
} as const

/** A node can listen on dozens of addresses; the first few say where. */
const MAX_ADDRESSES = 6

export function banner({ node, shares, command }: BannerFacts): string {
  const listening = node.listening.slice(0, MAX_ADDRESSES)
  const more = node.listening.length - listening.length
  const addresses = listening.length === 0 ? ['nowhere: other peers cannot reach this node'] : listening.map(visible)
  if (more > 0) addresses.push(`and ${more} more`)
  const rows: [string, string][] = [
    ['Who I am', `${visible(node.name)}  (${node.peer})`],
    ['Network', NETWORK_TEXT[node.network]],
    ...addresses.map((address, i): [string, string] => [i === 0 ? 'Listening on' : '', address]),
    ['Peers', peersText(node)],
    ['Shares', shares === 0 ? 'none yet' : String(shares)],
    ['Profile', visible(node.profile)],
  ]
  return [
    `Shoal ${node.version}`,
    '',
    ...rows.map(([label, value]) => `  ${label.padEnd(14)}${value}`),
    '',
    'Ready. In another terminal, type',
    '',
    `  ${command} open                     for the window, in a browser`,
    `  ${command} share <file or folder>   to get a link for somebody else`,
    `  ${command} get <link>               to fetch what somebody shared`,
    `  ${command} status                   to see what is going on`,
    '',
    'Ctrl-C stops. What happens from here on:',
    '',
  ].join('\n')
}

function peersText({ connections, shoalPeers }: NodeStatus): string {
  if (connections === 0) return 'none yet: they appear below as they are found'
  return `${connections} connected, ${shoalPeers} of them ${shoalPeers === 1 ? 'speaks' : 'speak'} Shoal`
}

/** One line per event; local time to the second. */
export function eventLine(entry: LogEntry): string {
  const at = new Date(entry.at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}  ${visible(entry.text)}`
}

/** How to type our commands so that they reach this node. */
export function commandFor(facts: {
  env: Readonly<Record<string, string | undefined>>
  profileDir: string
  defaultProfileDir: string
}): string {
  const command = facts.env.npm_lifecycle_event === undefined ? 'shoal' : 'npm run -s shoal --'
  if (facts.profileDir === facts.defaultProfileDir) return command
  const quoted = /^[\w./:\\-]+$/.test(facts.profileDir)
    ? facts.profileDir
    : `'${facts.profileDir.replaceAll("'", "'\\''")}'`
  return `${command} --profile ${visible(quoted)}`
}
