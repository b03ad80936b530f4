/**
 * Why content is refused. Every code means the same consequence: the share is not opened (trouble `invalid-manifest`),
 * except `missing-node`, `unrequested-node` and `hash-mismatch`, which blame the peer that answered; another may do
 * better. SPEC: [CO20]-[CO29].
 */

export type ManifestErrorCode =
  | 'cid-version' // not CIDv1
  | 'codec' // neither raw nor dag-pb
  | 'digest' // not sha2-256 of 32 bytes
  | 'syntax' // not dag-pb, not UnixFS, or not in canonical form
  | 'type' // a UnixFS type that cannot be shared (metadata), or a node in a place where its type makes no sense
  | 'profile' // valid UnixFS, but not made with unixfs-v1-2025
  | 'size' // a size that is missing, impossible, or contradicts another
  | 'hamt' // a sharded directory whose bitfield, prefixes or fanout are wrong
  | 'name' // a hostile name: traversal, separator, NUL, too long, not UTF-8
  | 'duplicate-name'
  | 'path' // longer than the limit, or all of them together
  | 'depth'
  | 'chunks'
  | 'entries'
  | 'nodes'
  | 'node-size'
  | 'total-size'
  | 'missing-node'
  | 'unrequested-node'
  | 'hash-mismatch'

export type ManifestFacts = Readonly<Record<string, string | number | boolean>>

export class ManifestError extends Error {
  override readonly name = 'ManifestError'
  readonly code: ManifestErrorCode
  readonly facts: ManifestFacts

  constructor(code: ManifestErrorCode, message: string, facts: ManifestFacts = {}) {
    super(message)
    this.code = code
    this.facts = facts
  }

  /** Whether the peer that answered is to blame rather than the content: another peer may deliver. */
  get blamesPeer(): boolean {
    return this.code === 'missing-node' || this.code === 'unrequested-node' || this.code === 'hash-mismatch'
  }
}
