/** What is installed is what was chosen: exact versions, a reason for each dependency, a lockfile that works everywhere. */
import { describe, expect, it } from 'vitest'
import { lockedEntryOf, readLock, whyInstall } from '../../../scripts/lib/lockfile.mjs'
import { readText } from './sources.ts'

interface PackageJson {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly optionalDependencies: Record<string, string>
}

const packageJson: PackageJson = JSON.parse(readText('package.json'))
const declared = { ...packageJson.dependencies, ...packageJson.devDependencies, ...packageJson.optionalDependencies }
const lock = readLock('package-lock.json')

describe('package.json', () => {
  it('pins every version exactly: a fresh clone a year from now gets what was tested', () => {
    const loose = Object.entries(declared).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    expect(loose).toEqual([])
  })

  it('has a line with the version and a reason in docs/DEPENDENCIES.md for every dependency, and no line too many', () => {
    const listed = [...readText('docs/DEPENDENCIES.md').matchAll(/^\| `([^`]+)` \| (\S+) \| (.+) \|$/gm)].map(
      ([, name = '', version = '', reason = '']) => ({ name, version, reasonLength: reason.trim().length }),
    )
    expect(listed.filter(({ reasonLength }) => reasonLength < 10)).toEqual([])
    expect(Object.fromEntries(listed.map(({ name, version }) => [name, version]))).toEqual(declared)
  })
})

describe('package-lock.json', () => {
  it('names the same dependencies as package.json', () => {
    const root = lock?.packages[''] as PackageJson | undefined
    expect({ ...root?.dependencies, ...root?.devDependencies, ...root?.optionalDependencies }).toEqual(declared)
  })

  it('has every platform package that a dependency asks for, or `npm ci` refuses it: run `npm run lock:complete`', () => {
    expect(lock).toBeDefined()
    if (lock === undefined) return
    const missing = Object.entries(lock.packages).flatMap(([from, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => lockedEntryOf(lock, from, name) === undefined),
    )
    expect(missing).toEqual([])
  })

  it('gives every package that is always installed the hash of its archive', () => {
    const without = Object.entries(lock?.packages ?? {}).filter(
      ([path, entry]) => path !== '' && entry.optional !== true && entry.integrity === undefined,
    )
    expect(without.map(([path]) => path)).toEqual([])
  })
})

describe('whether to install', () => {
  const wanted = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'x' },
      'node_modules/b': { version: '2.0.0', optional: true },
    },
  }

  it.each([
    ['nothing installed', undefined, 'not installed yet'],
    ['a package missing', { packages: {} }, 'a is not installed'],
    [
      'another version',
      { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'x' } } },
      'a is installed as 1.0.1 instead of 1.0.0',
    ],
    ['another archive', { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'y' } } }, 'another archive'],
    [
      'an optional package in another version',
      { packages: { ...wanted.packages, 'node_modules/b': { version: '1.0.0' } } },
      'b is installed as 1.0.0',
    ],
  ])('%s: yes', (_, installed, why) => {
    expect(whyInstall(wanted, installed)).toContain(why)
  })

  it('everything there, an optional package absent: no', () => {
    expect(whyInstall(wanted, { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'x' } } })).toBeUndefined()
  })

  it('without a lockfile: refuses', () => {
    expect(() => whyInstall(undefined, wanted)).toThrow('package-lock.json')
  })

  it('a name resolves to the nearest node_modules', () => {
    const nested = {
      packages: {
        '': {},
        'node_modules/x': { version: '1.0.0' },
        'node_modules/@s/a/node_modules/x': { version: '2.0.0' },
      },
    }
    expect(lockedEntryOf(nested, 'node_modules/@s/a', 'x')?.version).toBe('2.0.0')
    expect(lockedEntryOf(nested, 'node_modules/@s/a/node_modules/b', 'x')?.version).toBe('2.0.0')
    expect(lockedEntryOf(nested, 'node_modules/c', 'x')?.version).toBe('1.0.0')
    expect(lockedEntryOf(nested, '', 'y')).toBeUndefined()
  })
})
