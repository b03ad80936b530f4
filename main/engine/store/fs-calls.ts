/**
 * Promises over the callback calls of node:fs on plain file descriptors. `fs.promises` wraps every descriptor in a
 * FileHandle and costs about twice the CPU per call. Reads and writes here are whole: short ones are continued.
 */
import fs, { type BigIntStats } from 'node:fs'

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void

function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value) : reject(error)))
  })
}

function run(start: (done: (error?: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error === null || error === undefined ? resolve() : reject(error)))
  })
}

export const openFile = (path: string, flags: number, mode = 0o666) =>
  call<number>((done) => fs.open(path, flags, mode, done))
export const closeFile = (fd: number) => run((done) => fs.close(fd, done))
export const statHandle = (fd: number) => call<BigIntStats>((done) => fs.fstat(fd, { bigint: true }, done))
export const statLink = (path: string) => call<BigIntStats>((done) => fs.lstat(path, { bigint: true }, done))
export const syncData = (fd: number) => run((done) => fs.fdatasync(fd, done))
export const syncAll = (fd: number) => run((done) => fs.fsync(fd, done))

/** Bytes read: fewer than `into.length` only at the end of the file. */
export async function readWhole(fd: number, into: Uint8Array, offset: number): Promise<number> {
  let at = 0
  while (at < into.length) {
    const from = at
    const count = await call<number>((done) => fs.read(fd, into, from, into.length - from, offset + from, done))
    if (count === 0) break
    at += count
  }
  return at
}

export function readWholeSync(fd: number, into: Uint8Array, offset: number): number {
  let at = 0
  while (at < into.length) {
    const count = fs.readSync(fd, into, at, into.length - at, offset + at)
    if (count === 0) break
    at += count
  }
  return at
}

export const truncateTo = (fd: number, sizeBytes: number) => run((done) => fs.ftruncate(fd, sizeBytes, done))
/** Bytes written by one call of the system; may be fewer than there are. */
export const writeOnce = (fd: number, bytes: Uint8Array, offset: number) =>
  call<number>((done) => fs.write(fd, bytes, 0, bytes.length, offset, done))

export async function writeWhole(fd: number, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const from = at
    at += await call<number>((done) => fs.write(fd, bytes, from, bytes.length - from, offset + from, done))
  }
}

export function writeWholeSync(fd: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at, offset + at)
}

/** Makes the names in a folder durable. Windows has no such call: NTFS journals names itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const fd = await openFile(path, fs.constants.O_RDONLY)
  try {
    await syncAll(fd)
  } finally {
    await closeFile(fd)
  }
}

/** Flags that some systems lack are 0 there. */
const flag = (value: number | undefined) => value ?? 0
/** Never through a symbolic link, and never waiting for the writer of a named pipe that was put there. */
const SAFE = flag(fs.constants.O_NOFOLLOW) | flag(fs.constants.O_NONBLOCK)
export const READ_FLAGS = fs.constants.O_RDONLY | SAFE
export const WRITE_FLAGS = fs.constants.O_RDWR | SAFE
export const CREATE_FLAGS = WRITE_FLAGS | fs.constants.O_CREAT | fs.constants.O_EXCL
