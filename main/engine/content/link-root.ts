/**
 * The root CID within a link: any spelling of a CIDv1 (base32, base36, base58btc, capitals as in a QR code), always
 * returned in its one canonical form, because its string is the key of a share. SPEC: [LI2].
 */
import { CID } from 'multiformats/cid'
import { DIGEST_BYTES } from './limits.ts'
import { LinkError } from './link-error.ts'
import { cidOfDigest, DAG_PB, RAW, SHA2_256 } from './verify.ts'

/** Ours have 59 characters at most; longer ones are read to say what is wrong with them (sha2-512 has 110). */
const CID_LENGTH = 200

export function parseRoot(text: string): CID {
  if (text === '')
    throw new LinkError('no-cid', 'The link has no CID: something must follow the scheme. Copy it again.')
  const [first = '', ...rest] = text.split('/')
  if (rest.length > 0) {
    throw new LinkError(
      'path',
      'The link points to something inside a share. Paste the link of the share itself, without what follows the CID.',
    )
  }
  const cid = readCid(first)
  if (cid.version !== 1) {
    throw new LinkError(
      'cid-version',
      'This is a CID of version 0 (Qm…). Its content was not made with the profile unixfs-v1-2025; ask its author to add it again with that profile.',
    )
  }
  if (cid.code === 0x72) {
    throw new LinkError('codec', 'This is the name of a peer, not of content. Paste the link of a share.')
  }
  if (cid.code !== RAW && cid.code !== DAG_PB) {
    throw new LinkError(
      'codec',
      `This CID is of content of another kind (codec 0x${cid.code.toString(16)}). Only files and folders can be opened.`,
    )
  }
  const { code, digest } = cid.multihash
  if (code !== SHA2_256 || digest.length !== DIGEST_BYTES) {
    throw new LinkError(
      'digest',
      'This CID is not a sha2-256 digest of 32 bytes, so nothing could be verified by it. Ask for a link made with the profile unixfs-v1-2025.',
    )
  }
  return cidOfDigest(cid.code, digest)
}

function readCid(text: string): CID {
  if (text.length > CID_LENGTH || !/^[a-z0-9]+$/i.test(text)) throw damaged(text)
  // Base32 and base36 know no case; a QR code in capitals is half the size.
  const spelled = /^[bk]/i.test(text) ? text.toLowerCase() : text
  try {
    return CID.parse(spelled)
  } catch {
    throw damaged(text)
  }
}

function damaged(text: string): LinkError {
  const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text
  return new LinkError(
    'cid-syntax',
    `“${shown}” is not a CID: perhaps a part is missing or something was added. Copy the whole link again.`,
  )
}
