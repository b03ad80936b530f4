/**
 * What the daemon's door and the page that it serves agree on: paths, the names of what carries a secret, and sizes.
 * A session has two halves, and a request needs both. The cookie is HttpOnly, so that no script reads it; but cookies know
 * no ports, so every other server on 127.0.0.1 is sent it. The page key is kept by the page for its own origin, port
 * included, and never leaves it but for this door. Rules [DA21] [DA22] [DA25].
 */

/** POST: one-time token -> session. GET: is there one? */
export const SESSION_PATH = '/session'
/** POST, with the daemon's token: a fresh one-time address. */
export const ADDRESS_PATH = '/address'
/** POST `/upload/<id>/<path, each part percent-encoded>`. */
export const UPLOAD_PREFIX = '/upload/'

/** WebSocket subprotocol and header that carry the page key: a browser can set no header on a WebSocket. */
export const PAGE_PROTOCOL_PREFIX = 'shoal.page.'
export const PAGE_KEY_HEADER = 'x-shoal-page'

/** In the fragment of a one-time address, `#t=<token>`: a fragment is not sent to any server, nor logged by one. */
export const TOKEN_FRAGMENT = /^#t=([0-9a-f]{64})$/

/** `none`: never had one. `expired`: it had, and the daemon that gave it has ended. */
export const SESSION_STATES = ['open', 'none', 'expired'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** A file of an upload may be of any size; a path is no longer than this, encoded. */
export const MAX_UPLOAD_PATH_BYTES = 6 * 1024
