/**
 * Which chunks of a share are on disk. Saved after their flush, so that what is stored is at most what the disk holds [ST5];
 * an older bitfield (after a power loss) claims less and costs only fetching. Bits that are taken back are the exception: a
 * save that clears any is durable, or a power loss would bring the false claim back.
 */
import type { StatementSync } from 'node:sqlite'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { StoreDatabase } from './database.ts'
import { blob, integer, text } from './rows.ts'

export interface SavedBitfield {
  readonly bytes: Uint8Array
  /** The run of the operating system that saved it. */
  readonly bootId: string
  readonly savedAt: number
}

export class Bitfields {
  readonly #database: StoreDatabase
  readonly #save: StatementSync
  readonly #load: StatementSync

  constructor(database: StoreDatabase) {
    this.#database = database
    this.#save = database.sql.prepare(
      `INSERT INTO bitfields (share, bytes, boot_id, saved_at) SELECT id, ?, ?, ? FROM shares WHERE root = ?
       ON CONFLICT (share) DO UPDATE SET bytes = excluded.bytes, boot_id = excluded.boot_id, saved_at = excluded.saved_at`,
    )
    this.#load = database.sql.prepare('SELECT b.* FROM bitfields b JOIN shares s ON s.id = b.share WHERE s.root = ?')
  }

  /** Throws NOT_FOUND without the share. */
  save(root: string, bytes: Uint8Array, bootId: string): void {
    const before = this.load(root)
    const job = () => {
      if (Number(this.#save.run(bytes, bootId, this.#database.nowMs(), root).changes) > 0) return
      throw new ShoalError('NOT_FOUND', `There is no share ${root}.`, { root })
    }
    if (before !== undefined && takesBack(before.bytes, bytes)) this.#database.durable(job)
    else this.#database.transaction(job)
  }

  load(root: string): SavedBitfield | undefined {
    const row = this.#load.get(root)
    return row && { bytes: blob(row, 'bytes'), bootId: text(row, 'boot_id'), savedAt: integer(row, 'saved_at') }
  }
}

function takesBack(before: Uint8Array, after: Uint8Array): boolean {
  return before.some((byte, at) => (byte & ~(after[at] ?? 0)) !== 0)
}
