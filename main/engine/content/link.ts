/**
 * Links: `shoal:<root CID>?dn=<name>&xl=<bytes>&pe=<multiaddr with /p2p/>…#<secret>`, read leniently where people paste
 * (spaces, quotes and brackets around, capitals, `//`), strictly where it matters (the CID, numbers, addresses), and
 * written in one form. A bare CID and `ipfs://<CID>` are links too. `dn` and `xl` are claims: the manifest decides.
 * The fragment is kept apart and never interpreted; it must not be logged. Nothing here dials or looks anything up.
 * SPEC: [LI1]-[LI6].
 */
import type { CID } from 'multiformats/cid'
import { LinkError } from './link-error.ts'
import { checkPeerAddress } from './link-peer.ts'
import { parseRoot } from './link-root.ts'

/** Bytes of a whole link; what a QR code, a command line and a chat message still carry. */
export const LINK_LIMIT_BYTES = 8192
/** Addresses in one link; more would only be dialled in vain. */
export const LINK_PEER_LIMIT = 32
/** UTF-8 bytes of the name a link may claim. */
const NAME_LIMIT_BYTES = 255

export interface Link {
  readonly root: CID
  /** As the author wrote it: for the screen and the disk it goes through `shareName`. */
  readonly name?: string
  readonly sizeBytes?: number
  /** Multiaddrs that end in /p2p/<peer id>, without repetitions. */
  readonly peers: readonly string[]
  /** What follows '#', without it. A secret where the share has one: never to be logged. */
  readonly fragment?: string
}

export function parseLink(text: string): Link {
  if (text.length > LINK_LIMIT_BYTES || Buffer.byteLength(text) > LINK_LIMIT_BYTES) {
    throw new LinkError(
      'too-long',
      `This is longer than a link can be (${LINK_LIMIT_BYTES} bytes). Paste the link alone.`,
    )
  }
  const link = unwrap(text)
  if (link === '') throw new LinkError('empty', 'There is no link here. Paste one that begins with shoal:.')
  if (/[\s\p{Cc}]/u.test(link)) {
    throw new LinkError(
      'whitespace',
      'The link is broken by a space or a line end. Copy it again in one piece, and only one.',
    )
  }
  const [address = '', fragment] = splitOnce(link, '#')
  const [target = '', query = ''] = splitOnce(address, '?')
  const { body, scheme } = readScheme(target)
  const root = parseRoot(body)
  const claims = scheme === 'ipfs' ? ipfsClaims(query) : shoalClaims(query)
  return { root, ...claims, ...(fragment === undefined || fragment === '' ? {} : { fragment }) }
}

/** The one form in which a link is given out. Addresses that do not fit are left out, the last first. */
export function formatLink(link: Link): string {
  const fragment = link.fragment === undefined ? '' : `#${link.fragment}`
  const parameters: string[] = []
  if (link.name !== undefined && link.name !== '') parameters.push(`dn=${encodeURIComponent(link.name.toWellFormed())}`)
  if (link.sizeBytes !== undefined) parameters.push(`xl=${link.sizeBytes}`)
  const assemble = (): string => {
    const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`
    return `shoal:${link.root.toString()}${query}${fragment}`
  }
  for (const peer of new Set(link.peers.slice(0, LINK_PEER_LIMIT))) {
    parameters.push(`pe=${encodeAddress(peer)}`)
    if (Buffer.byteLength(assemble()) > LINK_LIMIT_BYTES) {
      parameters.pop()
      break
    }
  }
  return assemble()
}

/** What people paste around a link: spaces, byte order marks, and pairs of quotes or brackets. */
const AROUND = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/gu
const PAIRS = ['""', "''", '``', '<>', '()', '[]', '“”', '„“', '‘’', '«»']

function unwrap(text: string): string {
  const inner = text.replace(AROUND, '')
  const wrapped = inner.length >= 2 && PAIRS.includes(`${inner[0]}${inner.at(-1)}`)
  return wrapped ? unwrap(inner.slice(1, -1)) : inner
}

function readScheme(target: string): { scheme: 'shoal' | 'ipfs' | undefined; body: string } {
  const match = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(target)
  if (match === null) {
    if (target.startsWith('/')) {
      throw new LinkError('scheme', 'This is a path, not a link. Paste a shoal: link, or only the CID behind /ipfs/.')
    }
    return { scheme: undefined, body: trimSlashes(target) }
  }
  const scheme = (match[1] ?? '').toLowerCase()
  const body = trimSlashes(match[2] ?? '')
  if (scheme === 'shoal' || scheme === 'ipfs') return { scheme, body }
  throw new LinkError('scheme', otherScheme(scheme))
}

function otherScheme(scheme: string): string {
  if (scheme === 'magnet') return 'This is a BitTorrent magnet link; open it with a BitTorrent client.'
  if (scheme === 'ipns') return 'This is an IPNS name, which can change. Paste the ipfs:// address it stands for.'
  if (scheme === 'http' || scheme === 'https') {
    return 'This is a web address. If it is an IPFS gateway, paste only the CID in it.'
  }
  return `Links begin with shoal:, not ${scheme.slice(0, 20)}:. Check that you copied the right thing.`
}

/** `//` before and one `/` behind: how browsers and operating systems write what they hand over. */
function trimSlashes(body: string): string {
  return body.replace(/^\/\//, '').replace(/\/$/, '')
}

type Claims = Omit<Link, 'root' | 'fragment'>

function shoalClaims(query: string): Claims {
  let name: string | undefined
  let sizeBytes: number | undefined
  const peers = new Set<string>()
  for (const [key, value] of parametersOf(query)) {
    if (key === 'dn') {
      if (name !== undefined) throw duplicate(key)
      name = checkName(value)
    } else if (key === 'xl') {
      if (sizeBytes !== undefined) throw duplicate(key)
      sizeBytes = readSize(value)
    } else if (key === 'pe') {
      checkPeerAddress(value)
      peers.add(value)
      if (peers.size > LINK_PEER_LIMIT) {
        throw new LinkError(
          'too-many-peers',
          `The link names more than ${LINK_PEER_LIMIT} peers. Ask for a shorter one.`,
        )
      }
    }
    // Unknown parameters are for newer versions: passed over.
  }
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    peers: [...peers],
  }
}

/** Gateways and browsers add `?filename=`; nothing else in an ipfs:// query concerns us. */
function ipfsClaims(query: string): Claims {
  for (const [key, value] of parametersOf(query)) {
    if (key === 'filename' && value !== '') return { name: checkName(value), peers: [] }
  }
  return { peers: [] }
}

function* parametersOf(query: string): Generator<[string, string]> {
  for (const part of query.split('&')) {
    if (part === '') continue
    const [key = '', value = ''] = splitOnce(part, '=')
    yield [unpercent(key, key).toLowerCase(), unpercent(value, key)]
  }
}

/** Only %XX is an escape; a '+' is a plus. */
function unpercent(text: string, key: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new LinkError('encoding', `The link is damaged: ${key.slice(0, 20)} has a broken %-escape. Copy it again.`)
  }
}

function checkName(name: string): string {
  if (Buffer.byteLength(name) > NAME_LIMIT_BYTES) {
    throw new LinkError(
      'name',
      `The name in the link is longer than ${NAME_LIMIT_BYTES} bytes. Ask for a link without it.`,
    )
  }
  if (/\p{Cc}/u.test(name)) {
    throw new LinkError('name', 'The name in the link has control characters. Ask for a link without it.')
  }
  return name
}

function readSize(value: string): number {
  const size = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(size)) return size
  throw new LinkError('size', 'The size in the link (xl) is not a number of bytes. Copy the link again, or remove xl.')
}

function duplicate(key: string): LinkError {
  return new LinkError('duplicate', `The link says ${key} twice. Copy one link at a time.`)
}

/** Addresses stay readable: ':' and '/' need no escape in a query. */
function encodeAddress(address: string): string {
  return encodeURIComponent(address).replaceAll('%2F', '/').replaceAll('%3A', ':')
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
