/**
 * WebTorrent as a rival: TCP only, protocol encryption required (MSE with RC4, `secure: 2`), no DHT, trackers, local
 * discovery, NAT mapping or uTP. Peers are told to it by address, which is faster than any discovery. A restart adds the
 * torrent again from its saved .torrent file without hashing it, as a client that keeps resume data does.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RivalFetch, RivalOptions, RivalPeer } from './peer-messages.ts'
import { servePeer } from './serve-peer.ts'

interface Torrent {
  readonly infoHash: string
  readonly torrentFile: Uint8Array
  readonly name: string
  readonly received: number
  addPeer(address: string): boolean
  on(event: 'done' | 'infoHash', listener: () => void): void
  on(event: 'error', listener: (error: Error | string) => void): void
}

interface Client {
  readonly torrentPort: number
  on(event: 'listening', listener: () => void): void
  on(event: 'error', listener: (error: Error | string) => void): void
  seed(path: string, options: object, ready: (torrent: Torrent) => void): Torrent
  add(torrent: string | Uint8Array, options: object, ready?: (torrent: Torrent) => void): Torrent
}

type ClientClass = new (options: object) => Client

/** Named by a variable: it is installed only for `--rivals`, and is not a dependency of ours. */
const PACKAGE = 'webtorrent'

interface Saved {
  readonly port: number
  readonly folder: string
}

async function open({ dir, limitUpBytesPerSecond }: RivalOptions): Promise<RivalPeer> {
  const { default: WebTorrent } = (await import(PACKAGE)) as { default: ClientClass }
  const stateFile = join(dir, 'state.json')
  const torrentFile = join(dir, 'state.torrent')
  const saved = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as Saved) : undefined
  const client = new WebTorrent({
    secure: 2,
    utp: false,
    dht: false,
    tracker: false,
    lsd: false,
    natUpnp: false,
    natPmp: false,
    torrentPort: saved?.port ?? 0,
    uploadLimit: limitUpBytesPerSecond ?? -1,
  })
  client.on('error', fail)
  await new Promise<void>((resolve) => client.on('listening', resolve))
  const address = `127.0.0.1:${client.torrentPort}`
  if (saved !== undefined) {
    const torrent = readFileSync(torrentFile)
    await new Promise<void>((resolve) => {
      client.add(torrent, { path: saved.folder, skipVerify: true, announce: [] }, () => resolve())
    })
  }
  let fetching: Torrent | undefined
  return {
    addresses: [address],
    async share(path) {
      const startedAtMs = performance.now()
      const torrent = await new Promise<Torrent>((resolve) => {
        client.seed(path, { announce: [], name: basename(path) }, resolve)
      })
      const indexMs = performance.now() - startedAtMs
      writeFileSync(torrentFile, torrent.torrentFile)
      writeFileSync(stateFile, JSON.stringify({ port: client.torrentPort, folder: dirname(path) } satisfies Saved))
      return { link: `${torrent.infoHash} ${address}`, indexMs }
    },
    fetch: ({ links, fellows, destination }: RivalFetch) =>
      new Promise((resolve, reject) => {
        const parts = links.map((link) => link.split(' '))
        const infoHash = parts[0]?.[0]
        if (infoHash === undefined) throw new Error('no source given')
        const torrent = client.add(`magnet:?xt=urn:btih:${infoHash}`, {
          path: destination,
          strategy: 'sequential',
          announce: [],
        })
        fetching = torrent
        torrent.on('done', () => resolve({ finishedAtMs: Date.now(), path: join(destination, torrent.name) }))
        torrent.on('error', (error) => reject(error instanceof Error ? error : new Error(error)))
        torrent.on('infoHash', () => {
          for (const [, source] of parts) if (source !== undefined) torrent.addPeer(source)
          for (const fellow of fellows) torrent.addPeer(fellow)
        })
      }),
    receivedBytes: () => fetching?.received ?? 0,
  }
}

function fail(error: Error | string): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  process.exit(1)
}

await servePeer(open)
