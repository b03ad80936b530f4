/**
 * The tables, as numbered migrations: migration n brings a database from user_version n to n + 1. A migration that was
 * released is never edited again; changes are appended.
 *
 * Units: *_at are milliseconds since the epoch, *_ns nanoseconds, inode and device numbers are the unsigned 64-bit value
 * read as signed. Integers are STRICT, so a wrong type is an error and not a surprise later.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE shares (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('in-place', 'fetched')),
    paused INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    path TEXT,
    destination TEXT,
    destination_dev TEXT,
    partial_path TEXT,
    sequential INTEGER NOT NULL,
    selection BLOB,            -- a bit per file, most significant first; NULL: all files
    limit_down INTEGER,
    limit_up INTEGER,
    claimed_bytes INTEGER,
    link_peers TEXT NOT NULL,  -- JSON
    ignore TEXT NOT NULL,      -- JSON
    added_at INTEGER NOT NULL,
    finished_at INTEGER,
    received_bytes INTEGER NOT NULL,
    sent_bytes INTEGER NOT NULL,
    corrupt_bytes INTEGER NOT NULL,
    trouble TEXT,              -- JSON
    claim TEXT                 -- JSON of FinishClaim
  ) STRICT;

  CREATE TABLE nodes (
    id INTEGER PRIMARY KEY,
    cid BLOB NOT NULL UNIQUE,
    bytes BLOB NOT NULL
  ) STRICT;

  CREATE TABLE node_owners (   -- owner: a root, or 'job:…' while the root is not known yet
    owner TEXT NOT NULL,
    node INTEGER NOT NULL REFERENCES nodes (id),
    PRIMARY KEY (owner, node)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX node_owners_by_node ON node_owners (node);

  CREATE TABLE file_facts (
    share INTEGER NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    file INTEGER NOT NULL,     -- index into the manifest's files
    path TEXT NOT NULL,        -- absolute
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    ino INTEGER NOT NULL,
    dev INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    cid TEXT,
    PRIMARY KEY (share, file)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX file_facts_by_path ON file_facts (path);

  CREATE TABLE bitfields (
    share INTEGER PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL,
    boot_id TEXT NOT NULL,
    saved_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE announcements (
    share INTEGER NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    peers INTEGER NOT NULL,
    PRIMARY KEY (share, route)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE peers (
    peer TEXT PRIMARY KEY,
    addresses TEXT NOT NULL,   -- JSON
    name TEXT,
    client TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    blocked_reason TEXT,
    blocked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX peers_by_age ON peers (last_seen_at);

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL        -- JSON
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE peers ADD COLUMN nickname TEXT;

  CREATE TABLE peer_events (   -- outlives the row in peers; bounded by itself
    id INTEGER PRIMARY KEY,    -- ascends with time, also where the clock was set back
    peer TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL
  ) STRICT;
  CREATE INDEX peer_events_by_peer ON peer_events (peer, id);
  `,
  `
  ALTER TABLE shares ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high'));
  `,
  `
  ALTER TABLE peers ADD COLUMN shoal INTEGER NOT NULL DEFAULT 1;  -- 0: only blocked or named, never met as a Shoal peer
  `,
  `
  CREATE TABLE share_paths (   -- of a share in place that was made of several paths; shares.path is NULL then
    share INTEGER NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,        -- absolute
    PRIMARY KEY (share, position)
  ) STRICT, WITHOUT ROWID;
  `,
]
