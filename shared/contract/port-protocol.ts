/**
 * The contract over a message port: what travels on it, for both ends. A port has no back-pressure of its own: whatever is
 * posted is queued without a limit. So the server's end counts: it posts at most MAX_UNTAKEN_MESSAGES that the client has
 * not said it took, and until then the engine's stream waits and coalesces, as it does on a socket.
 *
 * Server to client: PORT_READY once, then RPC messages (text). Client to server: RPC messages (text), and how many
 * messages it has taken so far (a number). Nothing else; binary messages are refused.
 * Rules [EL20] [EL21].
 */

/** The server's first message: the port has arrived and is served by this version of the contract. */
export const PORT_READY = 'shoal.v1 ready'

/** Messages on their way to a client that does not read; the largest is a snapshot. */
export const MAX_UNTAKEN_MESSAGES = 8
