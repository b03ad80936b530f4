/**
 * Lists folders synchronously: runs in a worker thread, where system calls may block. Names are read as bytes, so that
 * what is not UTF-8 is noticed and the order is that of the bytes, as in a DAG. Links are not followed. What vanishes
 * while being listed was never there; what cannot be read is an error.
 */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { failureOf } from './failure.ts'
import { type FileFacts, factsOf } from './file-facts.ts'
import type { EntryKind, Failure, Listing } from './hash-protocol.ts'

/** Entries per message: a millisecond of work for whoever receives them. */
const BATCH_ENTRIES = 500

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Calls `onListings` with everything below (one level) the folders; returns the first failure. */
export function listFolders(
  folders: readonly string[],
  onListings: (listings: Listing[]) => void,
): Failure | undefined {
  let batch: Listing[] = []
  let size = 0
  for (const [folder, path] of folders.entries()) {
    let names: Buffer[]
    try {
      names = readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)
    } catch (error) {
      return failureOf(error, path)
    }
    for (let at = 0; at < names.length; at += BATCH_ENTRIES) {
      const listing = listEntries(folder, path, names.slice(at, at + BATCH_ENTRIES))
      if ('reason' in listing) return listing
      batch.push(listing)
      size += listing.names.length
      if (size >= BATCH_ENTRIES) {
        onListings(batch)
        batch = []
        size = 0
      }
    }
  }
  if (batch.length > 0) onListings(batch)
  return undefined
}

function listEntries(folder: number, path: string, buffers: readonly Buffer[]): Listing | Failure {
  const names: string[] = []
  const kinds: EntryKind[] = []
  const facts: (FileFacts | undefined)[] = []
  for (const buffer of buffers) {
    const name = decode(buffer)
    if (name === undefined) {
      names.push(buffer.toString('utf8'))
      kinds.push('bad-name')
      facts.push(undefined)
      continue
    }
    const entryPath = join(path, name)
    try {
      const stats = lstatSync(entryPath, { bigint: true, throwIfNoEntry: false })
      if (stats === undefined) continue
      names.push(name)
      kinds.push(
        stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'symlink' : 'special',
      )
      facts.push(stats.isFile() ? factsOf(stats) : undefined)
    } catch (error) {
      return failureOf(error, entryPath)
    }
  }
  return { folder, names, kinds, facts }
}

function decode(buffer: Buffer): string | undefined {
  try {
    return utf8.decode(buffer)
  } catch {
    return undefined
  }
}
