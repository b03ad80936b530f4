/**
 * `chunk` of the contract: everything about one chunk of a share, asked for when somebody points at it. SPEC: [FL13].
 */
import type { ChunkDetail } from '../../../../shared/contract/chunk-map.ts'
import { AGE_UNKNOWN, CHUNK_STATES } from '../../../../shared/contract/chunk-states.ts'
import { ShoalError } from '../../../../shared/contract/errors.ts'
import { DIGEST_BYTES } from '../../content/limits.ts'
import type { Manifest } from '../../content/manifest.ts'
import { cidOfDigest, RAW } from '../../content/verify.ts'
import { heldBy } from '../held-by.ts'
import type { Share } from '../share.ts'
import { stateOf } from './chunk-facts.ts'
import { ShareChunks } from './share-chunks.ts'

/** Identical content may lie in a hundred thousand files; nobody reads further. */
const MAX_PLACES = 16
const MAX_HOLDERS = 100

/** Throws NOT_ALLOWED before the manifest is known, BAD_INPUT for a chunk that the share does not have. */
export function chunkDetail(share: Share, index: number): ChunkDetail {
  const { manifest, key: root } = share
  if (manifest === undefined)
    throw new ShoalError('NOT_ALLOWED', 'What this share contains is not known yet. Wait until it is.', { root })
  if (index >= manifest.chunkCount) {
    const message = `There is no chunk ${index}: this share has ${manifest.chunkCount}.`
    throw new ShoalError('BAD_INPUT', message, { root, index, chunkCount: manifest.chunkCount })
  }
  const chunks = new ShareChunks(share, manifest)
  const { record } = share.chunks
  const weHave = chunks.isHere(index)
  const supplier = weHave ? record.peers.peer(record.supplierOf(index)) : undefined
  const arrival = weHave ? record.arrivalOf(index) : AGE_UNKNOWN
  return {
    index,
    cid: cidOfDigest(RAW, digestOf(manifest, index)).toString(),
    sizeBytes: manifest.chunkLength(index),
    state: CHUNK_STATES[stateOf(chunks, index, chunks.copies(index))] ?? 'missing',
    places: placesOf(manifest, index),
    weHave,
    holders: holdersOf(share, manifest, index),
    askedOf: chunks.askedOf(index),
    rejections: record.rejectionsOf(index),
    ...(supplier === undefined ? {} : { supplier }),
    ...(arrival === AGE_UNKNOWN ? {} : { arrivedAt: share.context.started.at + arrival * 1_000 }),
  }
}

function holdersOf({ exchange }: Share, { chunkCount }: Manifest, index: number): string[] {
  const holders: string[] = []
  for (const session of exchange.sessions.values()) {
    if (holders.length >= MAX_HOLDERS) break
    // What the download knows is newer: it heard of what was refused as not held.
    const have = exchange.state?.peer(session.remote)?.have ?? heldBy(session, chunkCount)
    if (have === 'all' || have?.has(index) === true) holders.push(session.remote)
  }
  return holders
}

/** Where its bytes lie: its own place first, then those of chunks with the same digest. */
function placesOf(manifest: Manifest, index: number): ChunkDetail['places'] {
  const places = [placeOf(manifest, index)]
  const digest = digestOf(manifest, index)
  const all = Buffer.from(manifest.digests.buffer, manifest.digests.byteOffset, manifest.digests.byteLength)
  for (let at = all.indexOf(digest); at >= 0 && places.length < MAX_PLACES; at = all.indexOf(digest, at + 1)) {
    // A match across two digests is none.
    if (at % DIGEST_BYTES === 0 && at !== index * DIGEST_BYTES) places.push(placeOf(manifest, at / DIGEST_BYTES))
  }
  return places
}

function placeOf(manifest: Manifest, index: number): ChunkDetail['places'][number] {
  const path = manifest.files[manifest.fileOfChunk(index)]?.path ?? ''
  return { path, offsetBytes: manifest.chunkOffset(index) }
}

function digestOf({ digests }: Manifest, index: number): Uint8Array {
  return digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
}
