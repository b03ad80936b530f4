/**
 * Whether writes past the page cache are right where a download goes: asked once per partial [ST19].
 *
 * Only on Linux, on file systems whose inode lock keeps a write past the cache and one through it apart (ext4, xfs), and on
 * devices that the kernel calls not rotational: on a spinning disk the kernel's ordering of writes is worth more than the copy.
 * The disks of a virtual machine are called rotational whatever they lie on; there the host orders the writes, so they are
 * not taken for spinning ones. What cannot be known counts as rotational. It measures nothing and remembers nothing.
 */
import fs from 'node:fs'
import path from 'node:path'

/** f_type of statfs(2): EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC. */
const FILE_SYSTEMS: ReadonlySet<number> = new Set([0xef53, 0x58465342])
const BLOCK_DEVICES = '/sys/dev/block'
/** Of devices on devices: partition on mapping on array on ... */
const MAX_DEPTH = 8
/** Drivers of disks that a host provides: virtio, Xen, Hyper-V. */
const OF_A_HOST: ReadonlySet<string> = new Set(['virtio_blk', 'vbd', 'storvsc'])

/** The owner's word (SHOAL_DIRECT_IO): 'off'; 'on' skips the question of the device, not that of the file system. */
export type DirectChoice = 'off' | 'on' | 'by-device'

export function directChoice(value: string | undefined): DirectChoice {
  if (value === '0') return 'off'
  return value === '1' ? 'on' : 'by-device'
}

export interface DirectFacts {
  readonly platform: string
  readonly fileSystem: number
  readonly rotational: () => boolean
}

export function takesDirect(choice: DirectChoice, { platform, fileSystem, rotational }: DirectFacts): boolean {
  if (choice === 'off' || platform !== 'linux' || !FILE_SYSTEMS.has(fileSystem)) return false
  return choice === 'on' || !rotational()
}

/** Whether to write past the cache below `folder`; what cannot be found out means no. */
export function directBelow(folder: string, choice = directChoice(process.env.SHOAL_DIRECT_IO)): boolean {
  if (choice === 'off' || process.platform !== 'linux') return false
  try {
    const fileSystem = fs.statfsSync(folder).type
    const rotational = () => isRotational(fs.statSync(folder, { bigint: true }).dev)
    return takesDirect(choice, { platform: process.platform, fileSystem, rotational })
  } catch {
    return false
  }
}

/** `major:minor` of a st_dev, as the kernel packs them. */
export function deviceNumber(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n)
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n)
  return `${major}:${minor}`
}

/** True when the device, the disk of the partition, or anything that a mapping lies on is rotational or says nothing. */
export function isRotational(dev: bigint, devices = BLOCK_DEVICES): boolean {
  try {
    return anyRotational(fs.realpathSync(path.join(devices, deviceNumber(dev))), MAX_DEPTH)
  } catch {
    return true
  }
}

function anyRotational(device: string, depth: number): boolean {
  if (depth === 0) return true
  if (fs.existsSync(path.join(device, 'partition'))) return anyRotational(path.dirname(device), depth - 1)
  const isCalledSo = fs.readFileSync(path.join(device, 'queue', 'rotational'), 'utf8').trim() !== '0'
  if (isCalledSo && !OF_A_HOST.has(driverOf(device))) return true
  const below = path.join(device, 'slaves')
  if (!fs.existsSync(below)) return false
  return fs.readdirSync(below).some((name) => anyRotational(fs.realpathSync(path.join(below, name)), depth - 1))
}

/** '' for a device that has none: a mapping, an array, a loop. */
function driverOf(device: string): string {
  try {
    return path.basename(fs.realpathSync(path.join(device, 'device', 'driver')))
  } catch {
    return ''
  }
}
