/**
 * Recorded facts of shared files: to notice changes (per share), and to know a file again by its path so that an unchanged
 * one is not hashed twice (`known`).
 */
import type { StatementSync } from 'node:sqlite'
import * as dagPb from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { StoreDatabase } from './database.ts'
import { difference, type FileFacts, type FileStat, isRacy } from './facts.ts'
import type { DagNode, Nodes } from './nodes.ts'
import { integer, optional, type Row, signed, text, unsigned } from './rows.ts'

/** Nodes of one file: 4 million chunks need 4,100; this is a bound against a damaged database. */
const MAX_NODES_OF_FILE = 10_000

export interface KnownFile {
  readonly cid: CID
  /** Inner nodes of the file, root first; none when the file is one raw block. */
  readonly nodes: readonly DagNode[]
}

export class FileFactsTable {
  readonly #database: StoreDatabase
  readonly #nodes: Pick<Nodes, 'get'>
  readonly #insert: StatementSync
  readonly #all: StatementSync
  readonly #byPath: StatementSync
  readonly #clear: StatementSync

  constructor(database: StoreDatabase, nodes: Pick<Nodes, 'get'>) {
    const { sql } = database
    this.#database = database
    this.#nodes = nodes
    this.#insert = sql.prepare(
      `INSERT INTO file_facts (share, file, path, size, mtime_ns, ctime_ns, ino, dev, checked_at, cid)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (share, file) DO UPDATE SET path = excluded.path, size = excluded.size, mtime_ns = excluded.mtime_ns,
         ctime_ns = excluded.ctime_ns, ino = excluded.ino, dev = excluded.dev, checked_at = excluded.checked_at, cid = excluded.cid`,
    )
    this.#all = sql.prepare(
      'SELECT f.* FROM file_facts f JOIN shares s ON s.id = f.share WHERE s.root = ? ORDER BY file',
    )
    this.#byPath = sql.prepare('SELECT * FROM file_facts WHERE path = ? AND cid IS NOT NULL ORDER BY checked_at DESC')
    this.#clear = sql.prepare('DELETE FROM file_facts WHERE share = (SELECT id FROM shares WHERE root = ?)')
    for (const statement of [this.#all, this.#byPath]) statement.setReadBigInts(true)
  }

  /** Adds or replaces facts of files of one share. Throws NOT_FOUND without the share. */
  putMany(root: string, files: Iterable<readonly [file: number, facts: FileFacts]>): void {
    this.#database.transaction(() => {
      const share = this.#database.sql.prepare('SELECT id FROM shares WHERE root = ?').get(root)
      if (share === undefined) throw new ShoalError('NOT_FOUND', `There is no share ${root}.`, { root })
      const id = integer(share, 'id')
      for (const [file, facts] of files) {
        this.#insert.run(
          id,
          file,
          facts.path,
          facts.sizeBytes,
          facts.mtimeNs,
          facts.ctimeNs,
          BigInt.asIntN(64, facts.ino),
          BigInt.asIntN(64, facts.dev),
          Math.floor(facts.checkedAtMs),
          facts.cid ?? null,
        )
      }
    })
  }

  all(root: string): Map<number, FileFacts> {
    return new Map(this.#all.all(root).map((row) => [integer(row, 'file'), factsOfRow(row)]))
  }

  clear(root: string): void {
    this.#database.transaction(() => this.#clear.run(root))
  }

  /**
   * The CID and nodes of a file whose facts are exactly as recorded by any share; undefined when it must be hashed:
   * unknown, changed, recorded too close to its last change to be sure, or some node is missing [ST9].
   */
  known(path: string, stat: FileStat): KnownFile | undefined {
    for (const row of this.#byPath.iterate(path)) {
      const facts = factsOfRow(row)
      if (facts.cid === undefined || difference(facts, stat) !== undefined || isRacy(facts)) continue
      const cid = CID.parse(facts.cid)
      const nodes = this.#nodesBelow(cid)
      if (nodes !== undefined) return { cid, nodes }
    }
    return undefined
  }

  #nodesBelow(top: CID): DagNode[] | undefined {
    const found: DagNode[] = []
    const waiting = top.code === raw.code ? [] : [top]
    for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
      const bytes = this.#nodes.get(cid)
      if (bytes === undefined || found.length >= MAX_NODES_OF_FILE) return undefined
      found.push({ cid, bytes })
      const inner = dagPb.decode(bytes).Links.map((link) => link.Hash)
      for (const child of inner.reverse()) if (child.code !== raw.code) waiting.push(child)
    }
    return found
  }
}

function factsOfRow(row: Row): FileFacts {
  return {
    path: text(row, 'path'),
    sizeBytes: integer(row, 'size'),
    mtimeNs: signed(row, 'mtime_ns'),
    ctimeNs: signed(row, 'ctime_ns'),
    ino: unsigned(row, 'ino'),
    dev: unsigned(row, 'dev'),
    checkedAtMs: integer(row, 'checked_at'),
    ...optional(row, 'cid', 'cid', text),
  }
}
