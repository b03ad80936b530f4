/** `shoal ls`, `shoal status`, `shoal peers`: what the engine says of itself, as tables or as JSON. Rules [CL2] [CL5] [CL7]. */
import type {
  Announcement,
  NodeStatus,
  Peer,
  SeveralPaths,
  ShareSummary,
  SwarmPeer,
} from '../../shared/contract/model.ts'
import { formatBytes, formatRate } from '../../shared/format/bytes.ts'
import { formatAgo, formatDuration } from '../../shared/format/time.ts'
import { visible } from '../../shared/format/visible.ts'
import { type Context, withSession } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { printTree } from '../files.ts'
import type { Io } from '../io.ts'
import { countOf, progressText } from '../progress.ts'
import { resolveReference, shortRoot } from '../reference.ts'
import { table } from '../table.ts'

export async function ls(context: Context, reference: string | undefined): Promise<number> {
  const { io } = context
  return withSession(context, { embed: true }, async ({ api }) => {
    const shares = await api.shares()
    if (reference !== undefined) {
      await printTree(api, io, resolveReference(reference, shares))
      return EXIT.ok
    }
    if (io.json) io.data(shares)
    else if (shares.length === 0)
      io.note('No shares yet. `shoal share <path>` makes one, `shoal get <link>` fetches one.')
    else for (const line of shareTable(shares)) io.result(line)
    return EXIT.ok
  })
}

function shareTable(shares: readonly ShareSummary[]): string[] {
  const rows = shares.map((share) => [
    shortRoot(share.root),
    visible(share.name),
    share.trouble === undefined ? share.state : `${share.state}!`,
    progressText(share),
    share.totalBytes === undefined ? '?' : formatBytes(share.totalBytes),
    String(share.peers),
    formatRate(share.downBytesPerSecond),
    formatRate(share.upBytesPerSecond),
    String(share.survives),
  ])
  const troubles = shares.flatMap((share) =>
    share.trouble === undefined ? [] : [`${visible(share.name)}: ${visible(share.trouble.message)}`],
  )
  return [
    ...table(
      [
        { title: 'ROOT' },
        { title: 'NAME', max: 40 },
        { title: 'STATE' },
        { title: 'DONE', align: 'right' },
        { title: 'SIZE', align: 'right' },
        { title: 'PEERS', align: 'right' },
        { title: 'DOWN', align: 'right' },
        { title: 'UP', align: 'right' },
        { title: 'SURVIVES', align: 'right' },
      ],
      rows,
    ),
    ...troubles.map((text) => `! ${text}`),
  ]
}

export async function status(context: Context, reference: string | undefined): Promise<number> {
  const { io, now } = context
  return withSession(context, { embed: false }, async ({ api }) => {
    if (reference === undefined) {
      const node = await api.status()
      if (io.json) io.data(node)
      else printNode(io, node, (await api.shares()).length, now())
      return EXIT.ok
    }
    const share = resolveReference(reference, await api.shares())
    if (io.json) io.data(share)
    else printShare(io, share, now())
    return EXIT.ok
  })
}

function printRows(io: Io, rows: readonly (readonly [string, string])[]): void {
  for (const [label, value] of rows) io.result(`${label.padEnd(16)}${value}`)
}

const limitText = (bytesPerSecond: number | undefined) =>
  bytesPerSecond === undefined ? '' : ` (limit ${formatRate(bytesPerSecond)})`

function printNode(io: Io, node: NodeStatus, shares: number, now: number): void {
  const many = (label: string, values: readonly string[], none: string): [string, string][] =>
    values.length === 0 ? [[label, none]] : values.map((value, i) => [i === 0 ? label : '', visible(value)])
  printRows(io, [
    ['Name', visible(node.name)],
    ['Peer', node.peer],
    ['Version', `${node.version}, up ${formatDuration(now - node.startedAt)}`],
    ['Network', node.network],
    ['Profile', visible(node.profile)],
    ...many('Listening on', node.listening, 'nowhere'),
    ...many('Reachable at', node.reachable, 'not confirmed by anybody yet'),
    ['Peers', `${node.connections} connected, ${node.shoalPeers} with Shoal`],
    ...node.dht.map((dht): [string, string] => [dht.route, `${dht.mode}, ${dht.tablePeers} peers in the table`]),
    ['Shares', String(shares)],
    [
      'Down',
      `${formatRate(node.downBytesPerSecond)}${limitText(node.limitDownBytesPerSecond)}, ${formatBytes(node.receivedBytes)} so far`,
    ],
    [
      'Up',
      `${formatRate(node.upBytesPerSecond)}${limitText(node.limitUpBytesPerSecond)}, ${formatBytes(node.sentBytes)} so far`,
    ],
  ])
}

function printShare(io: Io, share: ShareSummary, now: number): void {
  const size =
    share.totalBytes === undefined
      ? 'not known yet'
      : `${formatBytes(share.totalBytes)}, ${countOf(share.fileCount ?? 0, 'file')}`
  const rows: [string, string][] = [
    ['Name', visible(share.name)],
    ['Root', share.root],
    ['State', `${share.state}, ${progressText(share)}`],
    ['Size', size],
    ['Peers', `${share.peers}, ${share.seeds} of them with all of it`],
    ['Survives', `${share.survives} departures (${share.availability} copies of the rarest chunk, ours included)`],
    [
      'Down',
      `${formatRate(share.downBytesPerSecond)}${limitText(share.limitDownBytesPerSecond)}, ${formatBytes(share.receivedBytes)} so far`,
    ],
    [
      'Up',
      `${formatRate(share.upBytesPerSecond)}${limitText(share.limitUpBytesPerSecond)}, ${formatBytes(share.sentBytes)} so far`,
    ],
    ...share.announcements.map((announcement): [string, string] => ['Announced', announcementText(announcement, now)]),
    ['Link', share.link],
  ]
  if (share.path !== undefined) rows.splice(3, 0, ['Path', visible(share.path)])
  if (share.paths !== undefined) rows.splice(3, 0, ['Paths', pathsText(share.paths)])
  if (share.trouble !== undefined) rows.splice(3, 0, ['Trouble', visible(share.trouble.message)])
  printRows(io, rows)
}

function announcementText({ route, state, peers, lastAt }: Announcement, now: number): string {
  if (state === 'announced')
    return `${route}: to ${peers} peers${lastAt === undefined ? '' : `, ${formatAgo(lastAt, now)}`}`
  return `${route}: ${state}`
}

export async function peers(context: Context, reference: string | undefined): Promise<number> {
  const { io, now } = context
  return withSession(context, { embed: false }, async ({ api }) => {
    if (reference === undefined) {
      const all = await api.peers()
      if (io.json) io.data(all)
      else if (all.length === 0) io.note('No peers yet.')
      else for (const line of peerTable(all, now())) io.result(line)
      return EXIT.ok
    }
    const swarm = await api.swarm(resolveReference(reference, await api.shares()).root)
    if (io.json) io.data(swarm)
    else if (swarm.length === 0) io.note('Nobody else has this share, as far as is known.')
    else for (const line of swarmTable(swarm)) io.result(line)
    return EXIT.ok
  })
}

const shortPeer = (peer: string) => `…${peer.slice(-8)}`

function peerTable(all: readonly Peer[], now: number): string[] {
  const order = [...all].sort((a, b) => Number(b.connected) - Number(a.connected) || Number(b.shoal) - Number(a.shoal))
  return table(
    [
      { title: 'PEER' },
      { title: 'NAME', max: 24 },
      { title: 'STATE' },
      { title: 'PATH' },
      { title: 'RTT', align: 'right' },
      { title: 'CLIENT', max: 24 },
      { title: 'ADDRESS', max: 60 },
    ],
    order.map((peer) => [
      shortPeer(peer.peer),
      visible(nameOf(peer)),
      peer.blocked !== undefined
        ? 'blocked'
        : peer.connected
          ? (peer.direction ?? 'connected')
          : peer.lastSeenAt === undefined
            ? 'away'
            : `seen ${formatAgo(peer.lastSeenAt, now)}`,
      peer.path ?? '',
      peer.rttMs === undefined ? '' : `${peer.rttMs.toFixed(1)} ms`,
      visible(peer.client ?? ''),
      visible(peer.address ?? ''),
    ]),
  )
}

/** What the user calls it comes first; what it calls itself stays recognisable. */
function nameOf({ name = '', nickname }: Peer): string {
  return nickname === undefined ? name : name === '' ? nickname : `${nickname} (${name})`
}

function swarmTable(swarm: readonly SwarmPeer[]): string[] {
  return table(
    [
      { title: 'PEER' },
      { title: 'NAME', max: 24 },
      { title: 'STATE' },
      { title: 'CHUNKS', align: 'right' },
      { title: 'DOWN', align: 'right' },
      { title: 'UP', align: 'right' },
      { title: 'IN FLIGHT', align: 'right' },
      { title: 'BAD', align: 'right' },
      { title: 'FOUND BY' },
    ],
    swarm.map((peer) => [
      shortPeer(peer.peer),
      visible(peer.name ?? ''),
      peer.chokedByPeer ? `${peer.liveness}, choked` : peer.liveness,
      String(peer.haveChunks),
      formatRate(peer.downBytesPerSecond),
      formatRate(peer.upBytesPerSecond),
      `${peer.inFlight}/${peer.window}`,
      String(peer.corruptChunks),
      peer.routes.join(' '),
    ]),
  )
}

/** "/a/one.jpg, /b/two.jpg and 3 more". */
function pathsText({ count, first }: SeveralPaths): string {
  const more = count - first.length
  return `${first.map(visible).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
