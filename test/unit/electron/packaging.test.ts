/** What the packages are made of: configuration, workflows, icons, entitlements; read and checked, nothing is packed here. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { icns, ico } from '../../../scripts/lib/icon-files.mjs'
import { mergeUpdateFiles } from '../../../scripts/merge-updates.mjs'

const ROOT = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT))
const text = (path: string) => read(path).toString()
const packageJson = JSON.parse(text('package.json'))

/** electron-builder's own check of a configuration, with its own schema. */
function validate(config: unknown): Promise<void> {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
  const { validateConfiguration } = builder('app-builder-lib/out/util/config/config')
  const { DebugLogger } = createRequire(builder.resolve('app-builder-lib'))('builder-util')
  return validateConfiguration(config, new DebugLogger(false))
}

describe('electron-builder.yml', () => {
  const config = parse(text('electron-builder.yml'))

  it('[EL29] is valid by the schema of electron-builder, which does find mistakes', async () => {
    await expect(validate(config)).resolves.toBeUndefined()
    await expect(validate({ ...config, asarUnpakc: [] })).rejects.toThrow('asarUnpakc')
    await expect(validate({ ...config, electronFuses: { runAsNode: 'no' } })).rejects.toThrow('runAsNode')
  })

  it('[EL29] packs the Electron whose types the shell is checked against', () => {
    expect(config.electronVersion).toBe(packageJson.devDependencies.electron)
  })

  it('[EL29] has the targets, links, files and fuses that it should', () => {
    expect(config.linux.target).toEqual(['AppImage', 'deb'])
    expect(config.mac.target).toEqual(['dmg', 'zip'])
    expect(config.win.target).toEqual(['nsis', 'portable'])
    expect(config.protocols).toEqual([{ name: 'Shoal link', schemes: ['shoal'] }])
    expect(config.fileAssociations.map(({ ext }: { ext: string }) => ext)).toEqual(['shoal'])
    expect(config.asarUnpack).toEqual(['**/*.node'])
    expect(config.npmRebuild).toBe(false)
    expect(config.toolsets.appimage).toBe('1.0.3')
    expect(config.mac.extendInfo.NSBonjourServices).toEqual(['_shoal._udp'])
    expect(config.mac.extendInfo.NSLocalNetworkUsageDescription.length).toBeGreaterThan(20)
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
      enableCookieEncryption: true,
      grantFileProtocolExtraPrivileges: false,
      loadBrowserProcessSpecificV8Snapshot: false,
    })
  })

  it('[EL26] names no owner of releases: the workflow that publishes is the one that knows', () => {
    expect(config.publish).toEqual({ provider: 'github', releaseType: 'draft' })
  })

  it('[EL29] entitlements give the hardened runtime what V8 needs and no more', () => {
    expect([...text('assets/entitlements.mac.plist').matchAll(/<key>(.+?)<\/key>/g)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.cs.allow-unsigned-executable-memory',
    ])
  })
})

describe('workflows', () => {
  interface Step {
    readonly run?: string
    readonly uses?: string
    readonly env?: Record<string, string>
  }
  interface Workflow {
    readonly on: Record<string, unknown>
    readonly permissions: Record<string, string>
    readonly jobs: Record<
      string,
      {
        readonly steps: Step[]
        readonly 'timeout-minutes': number
        readonly strategy?: { readonly matrix: Record<string, unknown[]> }
      }
    >
  }
  const workflows = ['ci', 'release'].map((name): [string, Workflow] => [
    name,
    parse(text(`.github/workflows/${name}.yml`)),
  ])

  it.each(workflows)('[EL29] %s runs only scripts that exist', (_name, workflow) => {
    const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
    expect(runs.length).toBeGreaterThan(2)
    for (const run of runs) {
      for (const [, script = ''] of run.matchAll(/npm run ([\w:]+)/g))
        expect(packageJson.scripts).toHaveProperty([script])
      for (const [, script = ''] of run.matchAll(/\bnode (scripts\/[\w.-]+)/g))
        expect(read(script).length).toBeGreaterThan(0)
      for (const [, script = ''] of run.matchAll(/(\.ci\/\w+)/g)) expect(read(script).length).toBeGreaterThan(0)
    }
  })

  it.each(workflows)(
    '[EL29] %s may read only, unless a job says why not, ends in time, and interpolates nothing foreign',
    (_name, workflow) => {
      expect(workflow.permissions).toEqual({ contents: 'read' })
      for (const job of Object.values(workflow.jobs)) {
        expect(job['timeout-minutes']).toBeLessThanOrEqual(90)
        for (const step of job.steps) {
          if (step.uses !== undefined) expect(step.uses).toMatch(/^actions\/[\w-]+@v\d+$/)
          // Text of strangers (titles, branch names) in a script would be run.
          expect(step.run ?? '').not.toMatch(/\$\{\{\s*github\.(event|head_ref)/)
        }
      }
    },
  )

  it('[EL29] release packs on six kinds of machine, smoke-tests each, and drafts for tags only', () => {
    const [, workflow] = workflows[1] ?? []
    const rows = workflow?.jobs.packages?.strategy?.matrix.include as { os: string; app: string }[]
    expect(rows.map(({ os }) => os)).toEqual([
      'ubuntu-24.04',
      'ubuntu-24.04-arm',
      'macos-15-intel',
      'macos-15',
      'windows-2025',
      'windows-11-arm',
    ])
    const smokes = workflow?.jobs.packages?.steps.filter(({ run }) => run?.includes('--smoke')) ?? []
    expect(smokes).toHaveLength(2)
    expect(workflow?.on).toMatchObject({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
    expect(workflow?.jobs.draft).toMatchObject({
      if: "startsWith(github.ref, 'refs/tags/')",
      permissions: { contents: 'write' },
    })
  })

  it('[EL26] update files of two runners are joined; what is none is an error', () => {
    const of = (arch: string) =>
      `version: 1.2.3\nfiles:\n  - url: Shoal-${arch}.zip\n    sha512: ${arch}\n    size: 1\npath: Shoal-${arch}.zip\nsha512: ${arch}\nreleaseDate: '2026'\n`
    const merged = parse(mergeUpdateFiles([of('x64'), of('arm64')]))
    expect(merged).toMatchObject({ version: '1.2.3', path: 'Shoal-x64.zip' })
    expect(merged.files.map(({ url }: { url: string }) => url)).toEqual(['Shoal-x64.zip', 'Shoal-arm64.zip'])
    expect(() => mergeUpdateFiles([of('x64'), of('arm64').replace('1.2.3', '1.2.4')])).toThrow('different versions')
    expect(() => mergeUpdateFiles(['hello'])).toThrow('no update file')
  })
})

/** Width, height and alpha of a PNG, and whether anything is drawn in it. */
function png(bytes: Buffer) {
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
  const data: Buffer[] = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    alpha: bytes[25] === 6,
    drawn: inflateSync(Buffer.concat(data)).some((byte) => byte > 4),
  }
}

describe('icons', () => {
  it('[EL29] are drawn from the SVGs that are there: after a change, npm run icons', () => {
    const digest = (path: string) => createHash('sha256').update(read(path)).digest('hex')
    expect(JSON.parse(text('assets/drawn-from.json'))).toEqual({
      'icon.svg': digest('assets/icon.svg'),
      'tray.svg': digest('assets/tray.svg'),
    })
    expect(text('assets/icon.svg'), 'the window shows the same').toBe(text('renderer/public/icon.svg'))
  })

  it.each([16, 24, 32, 48, 64, 128, 256, 512, 1024])('[EL29] %i pixels', (size) => {
    expect(png(read(`assets/icons/${size}x${size}.png`))).toEqual({
      width: size,
      height: size,
      alpha: true,
      drawn: true,
    })
  })

  it.each([
    ['tray.png', 24],
    ['tray@2x.png', 48],
    ['trayTemplate.png', 18],
    ['trayTemplate@2x.png', 36],
    ['icon.png', 256],
  ])('[EL29] %s is %i pixels wide', (name, size) => {
    expect(png(read(`assets/images/${name}`))).toEqual({ width: size, height: size, alpha: true, drawn: true })
  })

  it.each([
    ['assets/icon.ico', [16, 24, 32, 48, 64, 128, 256]],
    ['assets/images/tray.ico', [16, 24, 32]],
  ])('[EL29] %s holds whole pictures of %j', (path, sizes) => {
    const bytes = read(path)
    expect([bytes.readUInt16LE(0), bytes.readUInt16LE(2), bytes.readUInt16LE(4)]).toEqual([0, 1, sizes.length])
    sizes.forEach((size, index) => {
      const entry = 6 + 16 * index
      const start = bytes.readUInt32LE(entry + 12)
      const picture = bytes.subarray(start, start + bytes.readUInt32LE(entry + 8))
      expect(bytes[entry]).toBe(size % 256)
      expect(png(picture)).toMatchObject({ width: size, height: size })
    })
  })

  it('[EL29] icon.icns holds whole pictures for screens of both densities', () => {
    const bytes = read('assets/icon.icns')
    expect([bytes.toString('latin1', 0, 4), bytes.readUInt32BE(4)]).toEqual(['icns', bytes.length])
    const found: [string, number][] = []
    for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4)) {
      found.push([
        bytes.toString('latin1', at, at + 4),
        png(bytes.subarray(at + 8, at + bytes.readUInt32BE(at + 4))).width,
      ])
    }
    expect(Object.fromEntries(found)).toEqual({
      icp4: 16,
      icp5: 32,
      ic11: 32,
      ic12: 64,
      ic07: 128,
      ic08: 256,
      ic13: 256,
      ic09: 512,
      ic14: 512,
      ic10: 1024,
    })
  })

  it('[EL29] a size that a container cannot hold is an error', () => {
    expect(() => ico([{ size: 512, png: new Uint8Array(1) }])).toThrow('512')
    expect(() => icns([{ size: 24, png: new Uint8Array(1) }])).toThrow('24')
  })
})
