/** A rival as a contender: its process is one of rivals/*-peer.ts, spoken to over IPC. The scenarios cannot tell it from Shoal. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../harness/child.ts'
import type { Meter } from '../harness/meter.ts'
import { aborted } from '../harness/wait.ts'
import { type Answer, type Call, READY_PREFIX, type RivalOptions, type RivalPeer } from '../rivals/peer-messages.ts'
import { type BenchPeer, type Contender, type ContenderName, type PeerOptions, READY_TIMEOUT_MS } from './contender.ts'

const RIVALS = fileURLToPath(new URL('../rivals/', import.meta.url))

interface RivalKind {
  readonly name: Exclude<ContenderName, 'shoal'>
  readonly script: URL
  readonly nodeArguments: readonly string[]
  readonly encryption: string
  readonly remarks: readonly string[]
  readonly cannot: Readonly<Record<string, string>>
}

const SILENT = 'it does not say when it notices a loss'

const KINDS: readonly RivalKind[] = [
  {
    name: 'webtorrent',
    script: new URL('../rivals/webtorrent-peer.ts', import.meta.url),
    // Its RC4 is native with this and several times slower without.
    nodeArguments: ['--openssl-legacy-provider'],
    encryption: 'MSE with RC4, required (secure: 2; obfuscation without authentication)',
    remarks: [
      'TCP only; every address is told, also those of other downloaders, as a tracker would',
      'a restart uses its saved .torrent and does not hash again',
    ],
    cannot: { killed: SILENT, silent: SILENT },
  },
  {
    name: 'helia',
    script: new URL('../rivals/helia-peer.ts', import.meta.url),
    nodeArguments: [],
    encryption: 'noise (always on)',
    remarks: [
      'content in memory (its default), on disk only for the restart; no upload limit of its own, so a proxy in its process keeps it to the rate',
      'every address is told; a lost peer is dialled again because the benchmark tags it keep-alive',
    ],
    cannot: { killed: SILENT, silent: SILENT },
  },
]

export function openRivals(meter: Meter): Contender[] {
  return KINDS.map((kind) => ({
    name: kind.name,
    version: installedVersion(kind.name),
    encryption: kind.encryption,
    remarks: kind.remarks,
    cannot: (scenario) => kind.cannot[scenario],
    start: (options) => start(kind, meter, options),
  }))
}

function installedVersion(name: string): string {
  const text = readFileSync(join(RIVALS, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function start(kind: RivalKind, meter: Meter, options: PeerOptions): Promise<BenchPeer> {
  const { dir, limitUpBytesPerSecond, persistent } = options
  const rivalOptions: RivalOptions = {
    dir,
    ...(limitUpBytesPerSecond === undefined ? {} : { limitUpBytesPerSecond }),
    ...(persistent === undefined ? {} : { persistent }),
  }
  const child = await startChild({
    args: [
      ...kind.nodeArguments,
      ...meter.nodeArguments(join(dir, 'reports')),
      '--no-warnings',
      `--import=${new URL('../rivals/loopback-only.ts', import.meta.url).href}`,
      fileURLToPath(kind.script),
      JSON.stringify(rivalOptions),
    ],
    ipc: true,
    readyPrefix: READY_PREFIX,
    readyTimeoutMs: READY_TIMEOUT_MS,
  })
  const ask = caller(child)
  return {
    child,
    addresses: (JSON.parse(child.readyLine.slice(READY_PREFIX.length)) as Pick<RivalPeer, 'addresses'>).addresses,
    share: (path, signal) => ask<{ link: string; indexMs: number }>({ call: 'share', path }, signal),
    fetch: ({ sources, fellows, destination }, signal) => {
      const startedAtMs = Date.now()
      const request = { links: sources.map(({ link }) => link), fellows, destination }
      const done = ask<{ finishedAtMs: number; path: string }>({ call: 'fetch', request }, signal)
      done.catch(() => {})
      return Promise.resolve({
        startedAtMs,
        receivedBytes: () => ask<number>({ call: 'receivedBytes' }, signal),
        done,
      })
    },
    stop: () => child.stop(),
  }
}

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never

/** Sends calls and hands their answers back; all of them fail when the process ends. */
function caller(child: Child): <T>(call: WithoutId<Call>, signal: AbortSignal) => Promise<T> {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let lastId = 0
  child.process.on('message', (message) => {
    const answer = message as Answer
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) call?.reject(new Error(answer.error))
    else call?.resolve(answer.value as never)
  })
  void child.exited.then((why) => {
    for (const { reject } of waiting.values()) reject(new Error(`the process ${why}`))
    waiting.clear()
  })
  return <T>(call: WithoutId<Call>, signal: AbortSignal) => {
    const id = ++lastId
    const answer = new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      child.process.send({ ...call, id }, (error) => {
        if (error !== null) reject(error)
      })
    })
    return Promise.race([answer, aborted(signal)]).finally(() => waiting.delete(id))
  }
}
