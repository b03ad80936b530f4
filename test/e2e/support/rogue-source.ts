/**
 * A source that holds a share and misbehaves in one chosen way. It answers everything as an honest peer would, unless
 * the test's manners say otherwise. Its bytes come from the real file, its DAG from the product's own import, or from
 * nodes made by hand.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { importPath } from '../../../main/engine/content/import-path.ts'
import type { Manifest } from '../../../main/engine/content/manifest.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { type Frame, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { encodeFrame } from '../../../main/engine/exchange/frame-decoder.ts'
import { MAX_PIECE_BYTES } from '../../../main/engine/exchange/limits.ts'
import { openFrame, type RawStream, Stranger } from './stranger.ts'

/** What of the share the rogue knows. */
export interface Loot {
  readonly root: CID
  /** By `nodeKey` of the binary CID. */
  readonly nodes: ReadonlyMap<string, Uint8Array>
  /** The chunks' bytes; absent when only the DAG is played with. */
  chunk?(index: number): Buffer
  readonly chunkCount: number
}

export function nodeKey(cid: Uint8Array): string {
  return Buffer.from(cid).toString('latin1')
}

/** The DAG and the bytes of a real file or folder. */
export async function lootOf(path: string): Promise<Loot & { manifest: Manifest }> {
  const nodes = new Map<string, Uint8Array>()
  const { root } = await importPath(path, {
    onNode: (cid, bytes) => {
      nodes.set(nodeKey(cid.bytes), bytes)
    },
  })
  const manifest = await readManifest(root, async function* (cids) {
    for (const cid of cids) {
      const bytes = nodes.get(nodeKey(cid.bytes))
      if (bytes !== undefined) yield { cid, bytes }
    }
  })
  return {
    root,
    nodes,
    manifest,
    chunkCount: manifest.chunkCount,
    chunk(index) {
      const bytes = Buffer.alloc(manifest.chunkLength(index))
      const file = manifest.files[manifest.fileOfChunk(index)]?.path ?? ''
      const fd = openSync(join(path, file), 'r')
      try {
        readSync(fd, bytes, 0, bytes.byteLength, manifest.chunkOffset(index))
      } finally {
        closeSync(fd)
      }
      return bytes
    },
  }
}

/** What the rogue does otherwise; each is asked before the honest answer, which `false` leaves to it. */
export interface Manners {
  onNodes?(stream: RawStream, request: number, cids: readonly Uint8Array[]): boolean
  onWant?(stream: RawStream, indices: readonly number[]): boolean
  onPing?(stream: RawStream): boolean
}

export class RogueSource {
  readonly stranger: Stranger
  readonly streams: RawStream[] = []
  /** Chunks that were asked of it, each as often as it was asked. */
  readonly wanted: number[] = []
  nodesWanted = 0
  private readonly loot: Loot
  private readonly manners: Manners

  private constructor(stranger: Stranger, loot: Loot, manners: Manners) {
    this.stranger = stranger
    this.loot = loot
    this.manners = manners
  }

  static async start(loot: Loot, manners: Manners): Promise<RogueSource> {
    const rogue = new RogueSource(await Stranger.start(), loot, manners)
    await rogue.stranger.serve((stream) => rogue.serve(stream))
    return rogue
  }

  get id(): string {
    return this.stranger.id
  }

  /** As in a link: `&pe=…`. */
  get address(): string {
    return this.stranger.address
  }

  get link(): string {
    return `shoal:${this.loot.root}?pe=${encodeURIComponent(this.address)}`
  }

  serve(stream: RawStream): void {
    this.streams.push(stream)
    stream.onFrame = (frame) => this.answer(stream, frame)
    for (const frame of stream.frames) this.answer(stream, frame)
  }

  /** The node as it is; empty when the rogue has none. */
  sendNode(stream: RawStream, request: number, position: number, bytes: Uint8Array | undefined): void {
    const header = encodeFrame({ node: { request, position, payloadBytes: bytes?.byteLength ?? 0 } })
    stream.bytes(bytes === undefined ? header : Buffer.concat([header, bytes]))
  }

  nodeOf(cid: Uint8Array): Uint8Array | undefined {
    return this.loot.nodes.get(nodeKey(cid))
  }

  sendChunk(stream: RawStream, index: number, bytes: Buffer): void {
    for (let offset = 0; offset < bytes.byteLength; offset += MAX_PIECE_BYTES) {
      this.sendPiece(stream, index, offset, bytes.subarray(offset, offset + MAX_PIECE_BYTES))
    }
  }

  sendPiece(stream: RawStream, index: number, offset: number, payload: Buffer): void {
    const header = encodeFrame({ piece: { index, offset, payloadBytes: payload.byteLength } })
    stream.bytes(Buffer.concat([header, payload]))
  }

  async stop(): Promise<void> {
    await this.stranger.stop()
  }

  private answer(stream: RawStream, frame: Frame): void {
    const { loot, manners } = this
    if (frame.open !== undefined) {
      stream.send(openFrame(loot.root.bytes))
      stream.send({ have: { all: true, indices: [] } })
    }
    if (frame.interest?.interested === true) stream.send({ choke: { choked: false } })
    if (frame.ping !== undefined && manners.onPing?.(stream) !== true)
      stream.send({ pong: { nonce: frame.ping.nonce } })
    if (frame.wantNodes !== undefined) {
      const { request, cids } = frame.wantNodes
      this.nodesWanted += cids.length
      if (manners.onNodes?.(stream, request, cids) === true) return
      for (const [position, cid] of cids.entries()) this.sendNode(stream, request, position, this.nodeOf(cid))
    }
    if (frame.want !== undefined) {
      this.wanted.push(...frame.want.indices)
      if (manners.onWant?.(stream, frame.want.indices) === true) return
      for (const index of frame.want.indices) {
        const bytes = loot.chunk?.(index)
        if (bytes === undefined) stream.send({ reject: { code: RejectCode.NOT_HELD, indices: [index] } })
        else this.sendChunk(stream, index, bytes)
      }
    }
  }
}
