/** The profile's database as its repositories; opened once per process, by whoever holds the profile lock. */
import { Announcements } from './announcements.ts'
import { Bitfields } from './bitfields.ts'
import { type DatabaseOptions, openDatabase, type StoreDatabase } from './database.ts'
import { FileFactsTable } from './file-facts.ts'
import { Nodes } from './nodes.ts'
import { PeerEvents } from './peer-events.ts'
import { Peers } from './peers.ts'
import { Settings } from './settings.ts'
import { Shares } from './shares.ts'

export interface Store {
  readonly database: StoreDatabase
  readonly shares: Shares
  readonly nodes: Nodes
  readonly files: FileFactsTable
  readonly bitfields: Bitfields
  readonly peers: Peers
  readonly peerEvents: PeerEvents
  readonly settings: Settings
  readonly announcements: Announcements
  close(): void
}

export function openStore(file: string, options: DatabaseOptions): Store {
  const database = openDatabase(file, options)
  const nodes = new Nodes(database)
  nodes.sweepJobs()
  return {
    database,
    shares: new Shares(database, (root) => nodes.release(root)),
    nodes,
    files: new FileFactsTable(database, nodes),
    bitfields: new Bitfields(database),
    peers: new Peers(database),
    peerEvents: new PeerEvents(database),
    settings: new Settings(database),
    announcements: new Announcements(database),
    close: () => database.close(),
  }
}
