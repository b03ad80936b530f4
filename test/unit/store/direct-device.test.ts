/** Whether a disk is to be written past the page cache: a table of facts, and devices as the kernel lays them out below /sys. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { deviceNumber, directChoice, isRotational, takesDirect } from '../../../main/engine/store/direct-device.ts'
import { tempFolder } from './support.ts'

const EXT4 = 0xef53
const XFS = 0x58465342
const TMPFS = 0x01021994

/** Devices of a machine: paths below devices/, each with what it says in queue/rotational, and links as in /sys/dev/block. */
function machine(devices: Record<string, string | undefined>, numbers: Record<string, string>): string {
  const root = tempFolder()
  for (const [device, rotational] of Object.entries(devices)) {
    const at = path.join(root, 'devices', device)
    fs.mkdirSync(at, { recursive: true })
    if (rotational === undefined) {
      fs.writeFileSync(path.join(at, 'partition'), '1\n')
      continue
    }
    fs.mkdirSync(path.join(at, 'queue'))
    fs.writeFileSync(path.join(at, 'queue', 'rotational'), `${rotational}\n`)
  }
  const block = path.join(root, 'block')
  fs.mkdirSync(block)
  for (const [number, device] of Object.entries(numbers))
    fs.symlinkSync(path.join('..', 'devices', device), path.join(block, number))
  return block
}

const dev = (major: number, minor: number) => BigInt(major * 256 + minor)

describe('takesDirect', () => {
  it.each([
    ['by-device', 'linux', EXT4, false, true],
    ['by-device', 'linux', XFS, false, true],
    ['by-device', 'linux', EXT4, true, false],
    ['by-device', 'linux', TMPFS, false, false],
    ['by-device', 'darwin', EXT4, false, false],
    ['by-device', 'win32', EXT4, false, false],
    ['off', 'linux', EXT4, false, false],
    ['on', 'linux', EXT4, true, true],
    ['on', 'linux', TMPFS, false, false],
    ['on', 'darwin', EXT4, false, false],
  ] as const)(
    '[ST19] %s on %s, file system %i, rotational %s: %s',
    (choice, platform, fileSystem, rotational, takes) => {
      expect(takesDirect(choice, { platform, fileSystem, rotational: () => rotational })).toBe(takes)
    },
  )

  it('[ST19] is said by SHOAL_DIRECT_IO: 0 never, 1 whatever the device says, else as the device is', () => {
    expect(['0', '1', undefined, '', 'yes'].map(directChoice)).toEqual(['off', 'on', ...Array(3).fill('by-device')])
  })
})

describe('isRotational', () => {
  it('[ST19] the disk of a virtual machine is called rotational whatever it lies on: it is not taken for one', () => {
    const devices = machine(
      { vda: '1', 'vda/vda1': undefined, hdd: '1' },
      { '254:0': 'vda', '254:1': 'vda/vda1', '8:0': 'hdd' },
    )
    const root = path.join(devices, '..')
    for (const [disk, driver] of [
      ['vda', 'virtio_blk'],
      ['hdd', 'sd'],
    ] as const) {
      fs.mkdirSync(path.join(root, 'drivers', driver), { recursive: true })
      fs.mkdirSync(path.join(root, 'devices', disk, 'device'))
      fs.symlinkSync(path.join(root, 'drivers', driver), path.join(root, 'devices', disk, 'device', 'driver'))
    }
    expect([
      isRotational(dev(254, 0), devices),
      isRotational(dev(254, 1), devices),
      isRotational(dev(8, 0), devices),
    ]).toEqual([false, false, true])
  })

  it('[ST19] reads it of the disk, and of the disk of a partition', () => {
    const devices = machine(
      { ssd: '0', 'ssd/ssd1': undefined, hdd: '1', 'hdd/hdd1': undefined },
      {
        '8:0': 'ssd',
        '8:1': 'ssd/ssd1',
        '8:16': 'hdd',
        '8:17': 'hdd/hdd1',
      },
    )
    const found = [0, 1, 16, 17].map((minor) => isRotational(dev(8, minor), devices))
    expect(found).toEqual([false, false, true, true])
  })

  it('[ST19] is true of a mapping when anything that it lies on is', () => {
    const devices = machine(
      { ssd: '0', 'ssd/ssd1': undefined, hdd: '1', fast: '0', mixed: '0' },
      {
        '253:0': 'fast',
        '253:1': 'mixed',
      },
    )
    const slave = (of: string, to: string) => {
      const folder = path.join(devices, '..', 'devices', of, 'slaves')
      fs.mkdirSync(folder, { recursive: true })
      fs.symlinkSync(path.join(devices, '..', 'devices', to), path.join(folder, path.basename(to)))
    }
    slave('fast', 'ssd/ssd1')
    slave('mixed', 'ssd/ssd1')
    slave('mixed', 'hdd')
    expect([0, 1].map((minor) => isRotational(dev(253, minor), devices))).toEqual([false, true])
  })

  it('[ST19] counts what is not known as rotational: no such device, nothing said, devices in a circle', () => {
    const devices = machine({ mute: '', loop: '0' }, { '8:0': 'mute', '8:1': 'loop' })
    const slaves = path.join(devices, '..', 'devices', 'loop', 'slaves')
    fs.mkdirSync(slaves)
    fs.symlinkSync(path.join('..', '..', 'loop'), path.join(slaves, 'loop'))
    expect([dev(0, 42), dev(8, 0), dev(8, 1)].map((number) => isRotational(number, devices))).toEqual([
      true,
      true,
      true,
    ])
  })

  it('[ST19] takes major and minor out of a device number as the kernel packs them', () => {
    expect(deviceNumber(65_024n)).toBe('254:0')
    expect(deviceNumber(44n | (259n << 8n) | (256n << 12n))).toBe('259:300')
    expect(deviceNumber((0x5n << 8n) | (0x1000n << 32n))).toBe(`${0x1005}:0`)
  })
})
