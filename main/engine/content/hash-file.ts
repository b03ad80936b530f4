/**
 * Reads and hashes chunks of files synchronously: runs in a worker thread, with one buffer of 1 MiB that stays in the
 * CPU's cache. A file counts only while it is what its facts say, asked of the very handle that is read, before and
 * after: a change in between is noticed, and so is a link or a pipe put in its place (never followed, never waited for).
 * SPEC: [CO5].
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { failureOf } from './failure.ts'
import { factsOf, sameFacts } from './file-facts.ts'
import type { Failure, Hashed, Segment } from './hash-protocol.ts'
import { CHUNK_BYTES, DIGEST_BYTES } from './limits.ts'
import { sha256 } from './sha256.ts'

/** Where the system has no such flag (Windows) its value is undefined. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)

export function hashSegments(segments: readonly Segment[]): Hashed {
  const chunks = segments.reduce((sum, segment) => sum + segment.chunks, 0)
  const digests = new Uint8Array(chunks * DIGEST_BYTES)
  const failures: { segment: number; failure: Failure }[] = []
  let at = 0
  for (const [index, segment] of segments.entries()) {
    const failure = hashSegment(segment, digests.subarray(at, at + segment.chunks * DIGEST_BYTES))
    if (failure !== undefined) failures.push({ segment: index, failure })
    at += segment.chunks * DIGEST_BYTES
  }
  return { digests, failures }
}

function hashSegment(segment: Segment, digests: Uint8Array): Failure | undefined {
  const { path, facts } = segment
  const changed: Failure = { reason: 'changed', path, detail: 'the file changed while it was being read' }
  let fd: number | undefined
  try {
    fd = openSync(path, OPEN_FLAGS)
    if (!isStill(fd, segment)) return changed
    for (let i = 0; i < segment.chunks; i++) {
      const position = (segment.firstChunk + i) * CHUNK_BYTES
      const length = Math.min(CHUNK_BYTES, facts.sizeBytes - position)
      if (!readFully(fd, length, position)) return changed
      digests.set(sha256(buffer.subarray(0, length)), i * DIGEST_BYTES)
    }
    return isStill(fd, segment) ? undefined : changed
  } catch (error) {
    return failureOf(error, path)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function isStill(fd: number, { facts }: Segment): boolean {
  const stats = fstatSync(fd, { bigint: true })
  return stats.isFile() && sameFacts(factsOf(stats), facts)
}

/** False when the file ends before `length`. */
function readFully(fd: number, length: number, position: number): boolean {
  let filled = 0
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, position + filled)
    if (count === 0) return false
    filled += count
  }
  return true
}
