/**
 * Gives a finished file or folder its name without ever taking one that exists [ST13].
 *
 * Node has no renameat2(RENAME_NOREPLACE). What is guaranteed instead, against any other process:
 * - a file is linked to its new name (link(2) fails when the name exists, atomically) and unlinked from the old one;
 * - where the filesystem has no hard links (FAT, some network drives) the name is claimed with O_EXCL and the file
 *   renamed over the claim: another process would have to write into our empty claim within microseconds to lose it;
 * - a folder's name is claimed by mkdir, and the partial renamed onto the empty claim: rename(2) fails on a folder that
 *   is not empty, on a file and on a link, so nothing that has content is ever replaced. Windows refuses to rename
 *   onto any existing folder, so there the claim is not needed.
 */
import fs from 'node:fs'
import path from 'node:path'
import { systemCode } from '../../../shared/system-code.ts'
import { StoreError } from './errors.ts'
import { MAX_NUMBERED_NAMES, numberedName } from './names.ts'

export interface Placement {
  readonly from: string
  readonly folder: string
  readonly name: string
  readonly type: 'file' | 'directory'
  /** The name an interrupted attempt had chosen: an empty folder there is its claim. */
  readonly claimed?: string
  /** Called with each name before anything is created there. */
  readonly onName: (path: string) => void | Promise<void>
}

/** The path it has in the end. */
export async function place({ from, folder, name, type, claimed, onName }: Placement): Promise<string> {
  for (let number = 1; number <= MAX_NUMBERED_NAMES; number++) {
    const to = path.join(folder, numberedName(name, number, type))
    const ours = type === 'directory' && to === claimed && isEmptyFolder(to)
    if (!ours && exists(to)) continue
    await onName(to)
    const placed = type === 'file' ? linkNew(from, to) : moveFolder(from, to, ours)
    if (placed) return to
  }
  const message = `${MAX_NUMBERED_NAMES} things named like ${name} are in ${folder}. Move some away; the download then finishes.`
  throw new StoreError('name-taken', message, { path: path.join(folder, name) })
}

/** A name that is free at this moment: to be claimed, then taken by linkNew, which may still find it taken. */
export function freeName(folder: string, name: string, type: Placement['type'] = 'file'): string {
  for (let number = 1; number <= MAX_NUMBERED_NAMES; number++) {
    const to = path.join(folder, numberedName(name, number, type))
    if (!exists(to)) return to
  }
  const message = `${MAX_NUMBERED_NAMES} things named like ${name} are in ${folder}. Move some away; the download then finishes.`
  throw new StoreError('name-taken', message, { path: path.join(folder, name) })
}

/** False when the name is taken. */
export function linkNew(from: string, to: string, link: (from: string, to: string) => void = fs.linkSync): boolean {
  try {
    link(from, to)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return false
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS')
      throw error
    return renameOverClaim(from, to)
  }
  fs.unlinkSync(from)
  return true
}

function renameOverClaim(from: string, to: string): boolean {
  let claim: fs.BigIntStats
  try {
    const fd = fs.openSync(to, 'wx')
    claim = fs.fstatSync(fd, { bigint: true })
    fs.closeSync(fd)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
  const now = fs.lstatSync(to, { bigint: true, throwIfNoEntry: false })
  if (now === undefined || now.ino !== claim.ino || now.size !== 0n) return false
  fs.renameSync(from, to)
  return true
}

function moveFolder(from: string, to: string, ours: boolean): boolean {
  try {
    if (process.platform !== 'win32' && !ours) fs.mkdirSync(to)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
  try {
    if (process.platform === 'win32' && ours) fs.rmdirSync(to)
    fs.renameSync(from, to)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return false
    if (process.platform === 'win32' && code === 'EPERM' && exists(to)) return false
    // Takes the claim back, if it still is one; a name is better free than held by an empty folder.
    if (isEmptyFolder(to)) fs.rmdirSync(to)
    throw error
  }
}

function exists(target: string): boolean {
  return fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined
}

function isEmptyFolder(target: string): boolean {
  if (fs.lstatSync(target, { throwIfNoEntry: false })?.isDirectory() !== true) return false
  const folder = fs.opendirSync(target)
  try {
    return folder.readSync() === null
  } finally {
    folder.closeSync()
  }
}
