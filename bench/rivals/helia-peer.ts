/**
 * Helia as a rival: Bitswap over TCP, noise and yamux with the packages' own defaults, no routing, no gateways, no
 * discovery: downloaders dial the addresses they are given. Content is kept in memory, Helia's default, except where it
 * must survive its process. It has no upload limit: where a scenario asks for one, shaped-proxy.ts stands in front.
 */
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, open as openFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { connectTo, type Entry, load, type Node, startNode, type UnixFs } from './helia-node.ts'
import type { RivalFetch, RivalOptions, RivalPeer } from './peer-messages.ts'
import { servePeer } from './serve-peer.ts'
import { shapedProxy } from './shaped-proxy.ts'

const READ_BLOCK_BYTES = 1024 * 1024
/** Multicodec of a block that is bytes of a file and nothing else. */
const RAW = 0x55
/** Small files fetched at once; more does not make it faster. */
const FILES_AT_ONCE = 32

interface Saved {
  readonly port: number
  readonly proxyPort: number | undefined
}

async function open({ dir, limitUpBytesPerSecond, persistent }: RivalOptions): Promise<RivalPeer> {
  const stateFile = join(dir, 'state.json')
  const saved = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as Saved) : undefined
  const node = await startNode({ dir, port: saved?.port ?? 0, persistent: persistent === true })
  const proxyPort =
    limitUpBytesPerSecond === undefined
      ? undefined
      : await shapedProxy(node.port, limitUpBytesPerSecond, saved?.proxyPort ?? 0)
  writeFileSync(stateFile, JSON.stringify({ port: node.port, proxyPort } satisfies Saved))
  const address = `/ip4/127.0.0.1/tcp/${proxyPort ?? node.port}/p2p/${node.peerId}`
  let received = 0
  const count = (bytes: number) => {
    received += bytes
  }
  return {
    addresses: [address],
    async share(path) {
      const startedAtMs = performance.now()
      const cid = await importPath(node.fs, path)
      const indexMs = performance.now() - startedAtMs
      return { link: [cid, basename(path), address].join(' '), indexMs }
    },
    async fetch({ links, fellows, destination }: RivalFetch) {
      const parts = links.map((link) => link.split(' '))
      const [cid, name] = parts[0] ?? []
      if (cid === undefined || name === undefined) throw new Error('no source given')
      const sources = parts.map(([, , source]) => source).filter((source) => source !== undefined)
      await connectTo(node, sources)
      // Fellows may still be starting; the sources alone are enough.
      void connectTo(node, fellows).catch(() => {})
      const path = join(destination, name)
      await fetchTree(node.fs, cid, path, count)
      return { finishedAtMs: Date.now(), path }
    },
    receivedBytes: () => received,
  }
}

async function importPath(fs: UnixFs, path: string): Promise<string> {
  if (statSync(path).isFile()) {
    return (await fs.addByteStream(createReadStream(path, { highWaterMark: READ_BLOCK_BYTES }))).toString()
  }
  const { globSource } = await load.unixfs()
  let last: Entry | undefined
  for await (const entry of fs.addAll(globSource(path, '**/*'), { wrapWithDirectory: true })) last = entry
  if (last === undefined) throw new Error('nothing to share')
  return last.cid.toString()
}

async function fetchTree(fs: UnixFs, root: string, path: string, count: (bytes: number) => void): Promise<void> {
  const { CID } = await load.cid()
  const cid = CID.parse(root)
  if ((await fs.stat(cid)).type !== 'directory') return fetchFile(fs, cid, path, count)
  const waiting = new Set<Promise<void>>()
  const walk = async (folder: Node['cid'], to: string): Promise<void> => {
    await mkdir(to, { recursive: true })
    for await (const entry of fs.ls(folder)) {
      const target = join(to, entry.name)
      // An entry tells its codec only: raw is a file, dag-pb may be either.
      const isFolder = entry.cid.code !== RAW && (await fs.stat(entry.cid)).type === 'directory'
      if (isFolder) {
        await walk(entry.cid, target)
        continue
      }
      const one = fetchFile(fs, entry.cid, target, count).then(() => void waiting.delete(one))
      waiting.add(one)
      if (waiting.size >= FILES_AT_ONCE) await Promise.race(waiting)
    }
  }
  await walk(cid, path)
  await Promise.all(waiting)
}

async function fetchFile(fs: UnixFs, cid: Node['cid'], path: string, count: (bytes: number) => void): Promise<void> {
  const file = await openFile(path, 'wx')
  try {
    for await (const bytes of fs.cat(cid)) {
      await file.write(bytes)
      count(bytes.length)
    }
  } finally {
    await file.close()
  }
}

await servePeer(open)
