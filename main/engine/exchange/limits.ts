/**
 * The numbers of the exchange protocol: what a stranger may send at most, and how long anyone waits. Each says its unit,
 * why it is what it is, and what breaks when it is wrong. SPEC chapter EX quotes them.
 */

/** Bytes of one encoded Frame. The largest honest one is a Have with a bitfield of 4 million chunks (500 kB). */
export const MAX_FRAME_BYTES = 1024 * 1024

/**
 * Bytes of the first Frame of a stream, an Open: all its fields at their limits have 700. Whoever has not said which share
 * it comes for must not have a megabyte kept for it on each of its streams.
 */
export const MAX_OPEN_FRAME_BYTES = 4 * 1024

/** Bytes of the length prefix. 2^21 > MAX_FRAME_BYTES needs 3; a fourth byte with its high bit set is a never-ending varint. */
export const MAX_LENGTH_PREFIX_BYTES = 4

/** Bytes of one Piece's payload. Larger parts delay control messages behind them; smaller ones cost CPU per part. */
export const MAX_PIECE_BYTES = 256 * 1024

/**
 * Bytes of a part that does not end its chunk, at least. Every part costs the receiver about as much as 16 KiB of payload
 * does; without this floor a peer could make it handle a million frames for one chunk.
 */
export const MIN_PIECE_BYTES = 16 * 1024

/** Bytes of chunks that nobody asked for that a session may deliver beyond what was cancelled: what crosses on the wire. */
export const MAX_UNASKED_BYTES = 2 * 1024 * 1024

/** Bytes of a part under a low limit, at least: slow transfers move smoothly. See uploader.ts for what a limit makes of it. */
export const PACED_PIECE_BYTES = 32 * 1024

/** Bytes of one DAG node, as in IPFS's own block limit. */
export const MAX_NODE_BYTES = 2 * 1024 * 1024

/** CIDs in one WantNodes (also the limit in exchange.proto). */
export const MAX_NODES_PER_WANT = 256

/** Node requests of one peer that wait for an answer. More are refused by closing: an honest peer has one at a time. */
export const MAX_OPEN_NODE_REQUESTS = 4

/** Open wants of one peer. 4,096 chunks of 4 KiB keep a small-file transfer busy; of 1 MiB nobody needs as many. */
export const MAX_OPEN_WANTS = 4096

/** Chunk indices in one frame (also the limit in exchange.proto). */
export const MAX_INDICES_PER_FRAME = 4096

/** Bytes of a root CID: version 1, codec, sha2-256 of 32 bytes. */
export const MAX_CID_BYTES = 36

/** Bytes of a bitfield: 4 million chunks. */
export const MAX_BITFIELD_BYTES = 500_000

/**
 * Have frames that replace everything (`all` or a bitfield): so many at once, then one a second. One is said at the start
 * and one when chunks were withdrawn; each costs the receiver a look at every chunk.
 */
export const FULL_HAVE_BURST = 16
export const FULL_HAVES_PER_SECOND = 1

/** Bytes of a peer id: a multihash, the longest in use has 38. */
export const MAX_PEER_ID_BYTES = 64

/** Peers in one Peers frame, addresses of a peer, bytes of an address. */
export const MAX_PEERS_PER_FRAME = 50
export const MAX_ADDRESSES_PER_PEER = 8
export const MAX_ADDRESS_BYTES = 256

/**
 * Control frames (all but Piece and Node) a session may send: a bucket of FRAME_BURST refilled by FRAMES_PER_SECOND.
 * An honest peer with 10,000 small chunks sends some thousands; a flood of empty or tiny frames empties the bucket and
 * the session ends with PROTOCOL_ERROR.
 */
export const FRAMES_PER_SECOND = 2_000
export const FRAME_BURST = 20_000

/** Control bytes written but not yet taken by the transport, before the session is given up as stuck. */
export const MAX_PENDING_CONTROL_BYTES = 4 * 1024 * 1024

/** How long the first frame may take to come after the stream is open, in ms. */
export const OPEN_TIMEOUT_MS = 10_000

/** How long a node request may go without any byte before the peer is passed over, in ms. */
export const NODE_TIMEOUT_MS = 5_000

/** How often a session with nothing to say says Ping, in ms; half of the shortest suspicion. */
export const HEARTBEAT_MS = 2_000

/** Sessions of one share, in and out. Enough for a good choice of peers, few enough for memory. */
export const MAX_SESSIONS_PER_SHARE = 60

/** Exchange streams one connection may open to us, over all shares. */
export const MAX_INBOUND_STREAMS = 256
export const MAX_OUTBOUND_STREAMS = 1024
