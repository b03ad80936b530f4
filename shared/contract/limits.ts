/**
 * The bounds of what crosses the contract. Both ends import them, so neither can be surprised by the other.
 * Rules [DA2] and [DA4] of docs/SPEC.md.
 */

/** Largest message a client may send, bytes. A command is a path or a link; the largest is a selection of half a million files. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024

/** Largest message a client accepts, bytes. The one large message is the snapshot: 20,000 rows of about 1 KiB, with room to spare. */
export const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024

/** Changes in one delta; the rest follows in the next one. About 1 MiB of JSON at worst in practice. */
export const MAX_DELTA_CHANGES = 2_000

/** Commands that one connection may have unanswered at once. */
export const MAX_COMMANDS_IN_FLIGHT = 256

/** Streams (events, chunk maps) that one connection may have open at once: a window has three. */
export const MAX_STREAMS = 16

/** Connections that one daemon serves at once, all transports together. */
export const MAX_CONNECTIONS = 64

/** Rows of one `files` answer. */
export const MAX_FILES_PER_PAGE = 10_000

/** Events a client keeps for a reader that does not read; beyond it the reader starts over with a fresh snapshot. */
export const MAX_UNREAD_EVENTS = 256

/** Longest path, link, pattern or address in a command, UTF-16 units. Linux paths end at 4,096 bytes; a link may carry many addresses. */
export const MAX_TEXT_LENGTH = 16_384

/** Paths that become one share. A file manager hands over what is selected in one window; whoever has more shares their folder. */
export const MAX_PATHS_TOGETHER = 10_000

/** Their UTF-16 units together: of three bytes each they still fit into one message. 130 for each of ten thousand. */
export const MAX_PATHS_TOGETHER_LENGTH = 1_300_000

/** Paths that are told of a share of several; the number says how many there are. */
export const MAX_PATHS_TOLD = 3

/** Longest name of a share of several paths, UTF-16 units. On disk it is cut to what file systems allow. */
export const MAX_SHARE_NAME_LENGTH = 255

/** Entries of the event log that a snapshot and a replica hold. */
export const MAX_LOG_ENTRIES = 1_000
