/** Names on disk: a table of the rules, then any names at all. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDirectories, localPaths } from '../../../main/engine/content/local-paths.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { foldName, hostileName, localName, shareName } from '../../../main/engine/content/safe-name.ts'
import { cidOf, RAW } from '../../../main/engine/content/verify.ts'
import { Blocks } from './support.ts'

const SEED = 20_261_121
const local = (name: string): string => localName(name, new Set())

describe('names that are only unportable', () => {
  test.each([
    ['a:b', 'a%3Ab'],
    ['what?.txt', 'what%3F.txt'],
    ['<>:"|?*', '%3C%3E%3A%22%7C%3F%2A'],
    ['tab\there', 'tab%09here'],
    ['escape\u001b[31m', 'escape%1B[31m'],
    ['next\u0085line', 'next%C2%85line'],
    ['line\u2028separator', 'line%E2%80%A8separator'],
    ['exe\u202Efdp.txt', 'exe%E2%80%AEfdp.txt'],
    ['iso\u2066late\u2069', 'iso%E2%81%A6late%E2%81%A9'],
    ['zero\u200Bwidth', 'zero%E2%80%8Bwidth'],
    ['joined\u200Dlatin', 'joined%E2%80%8Dlatin'],
    ['\uFEFFmark', '%EF%BB%BFmark'],
    ['soft\u00ADhyphen', 'soft%C2%ADhyphen'],
    ['filler\u3164', 'filler%E3%85%A4'],
    ['dot.', 'dot%2E'],
    ['space ', 'space%20'],
    ['...', '..%2E'],
    ['no-break\u00A0', 'no-break%C2%A0'],
    ['CON', '%43ON'],
    ['con.txt', '%63on.txt'],
    ['Aux .h', '%41ux .h'],
    ['com1', '%63om1'],
    ['LPT9.tar.gz', '%4CPT9.tar.gz'],
    ['COM\u00b2', '%43OM\u00b2'],
    ['CONIN$', '%43ONIN$'],
    ['nul.', 'nul%2E'],
  ])('[CO31] %j is %j on disk', (name, expected) => expect(local(name)).toBe(expected))

  test.each([
    'plain.txt',
    '.hidden',
    'Grüße aus Köln.pdf',
    '项目 文件.docx',
    'café.txt',
    'cafe\u0301.txt',
    '100% sure.txt',
    'already%3Aescaped',
    'console.log',
    'com10',
    'family \u{1F468}\u200D\u{1F469}\u200D\u{1F467}.jpg',
    'waving \u{1F44B}\u{1F3FD}.png',
    'heart \u2764\uFE0F.png',
    '1\uFE0F\u20E3 first',
    '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645.txt',
    '\u0915\u094D\u200D\u0937.txt',
  ])('[CO31] %j is left alone', (name) => expect(local(name)).toBe(name))
})

describe('names that collide', () => {
  test('[CO32] without regard to case and normalization, the first keeps its name', () => {
    const taken = new Set<string>()
    const names = [
      'README.md',
      'readme.md',
      'Readme.MD',
      'stra\u00dfe',
      'STRASSE',
      'caf\u00e9',
      'cafe\u0301',
      '\u212aelvin',
      'kelvin',
    ]
    const locals = names.map((name) => localName(name, taken))
    expect(locals.filter((each, index) => each === names[index])).toEqual([
      'README.md',
      'stra\u00dfe',
      'caf\u00e9',
      '\u212aelvin',
    ])
    expect(new Set(locals.map(foldName)).size).toBe(names.length)
    expect(locals[1]).toMatch(/^readme~[0-9a-f]{8}\.md$/)
    expect(locals[1]).not.toBe(locals[2])
  })

  test('[CO32] a name is marked alike whatever it collides with', () => {
    const mark = (first: string) => localName('a.txt', new Set([foldName(first)]))
    expect(mark('A.TXT')).toBe(mark('a.txt'))
  })

  test('[CO32] marks that are taken as well are passed over', () => {
    const taken = new Set<string>()
    const locals = Array.from({ length: 50 }, () => localName('same', taken))
    expect(new Set(locals).size).toBe(50)
  })

  test('[CO32] names that escaping makes too long are cut, not in the middle of a character or an escape', () => {
    for (const name of [
      '?'.repeat(255),
      `${'ä'.repeat(126)}??`,
      `${'\u{1F41F}'.repeat(63)}::`,
      `${':'.repeat(200)}.${'e'.repeat(50)}`,
      `${':'.repeat(100)}.tar`,
    ]) {
      const short = local(name)
      expect(Buffer.byteLength(short)).toBeLessThanOrEqual(255)
      expect(short).not.toContain('\ufffd')
      expect(short.replaceAll(/%[0-9A-F]{2}/g, '')).not.toContain('%')
      expect(short).toMatch(/~[0-9a-f]{8}/)
    }
    expect(local(`${':'.repeat(100)}.tar`)).toMatch(/\.tar$/)
  })

  test('[CO32] in a folder plain names come first: an escaped one cannot push them aside', async () => {
    const blocks = new Blocks()
    const leaf = blocks.leaf('x')
    const folder = blocks.directory({
      'a%3Ab': leaf,
      'a:b': leaf,
      B: leaf,
      b: blocks.directory({ 'c:': leaf, 'C%3A': leaf }),
    })
    const manifest = await readManifest(folder.cid, blocks.source)
    const paths = Object.fromEntries(manifest.files.map((file, index) => [file.path, localPaths(manifest)[index]]))
    expect(paths['a%3Ab']).toBe('a%3Ab')
    expect(paths['a:b']).toMatch(/^a%3Ab~[0-9a-f]{8}$/)
    expect(localDirectories(manifest)).toEqual(['b'])
    expect(paths['B']).toMatch(/^B~[0-9a-f]{8}$/)
    expect(paths['b/C%3A']).toBe('b/C%3A')
    expect(paths['b/c:']).toMatch(/^b\/c%3A~[0-9a-f]{8}$/)
  })

  test('a share of one file has no path of its own', async () => {
    const blocks = new Blocks()
    const manifest = await readManifest(blocks.file([blocks.leaf('x')]).cid, blocks.source)
    expect(localPaths(manifest)).toEqual([''])
    expect(localDirectories(manifest)).toEqual([])
  })
})

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...'.. :?%~CONcon1\u0130\u0131\u00df\u1e9e\u03a3\u03c2',
      '\u202e',
      '\u200d',
      '\ufe0f',
      '\u0301',
      '\u{1F468}',
      '\u{1F3FD}',
      '\u00a0',
      '\u3164',
      '\u{E0041}',
      '\\',
      '\0',
      '/',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 90,
})

describe(`any names at all (seed ${SEED})`, () => {
  test('[CO31] become names that every system takes', () => {
    fc.assert(
      fc.property(nasty, (name) => {
        const safe = local(name)
        expect(hostileName(safe)).toBeUndefined()
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255)
        expect(safe).not.toMatch(/[<>:"|?*\\/\p{Cc}\p{Bidi_Control}\u200b\ufeff]/u)
        expect(safe).not.toMatch(/[. ]$/)
        expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i)
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })

  test('[CO32] become different names among siblings, and again the same the next time', () => {
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 12 }), (names) => {
        const twice = [new Set<string>(), new Set<string>()].map((taken) => names.map((name) => localName(name, taken)))
        expect(twice[0]).toEqual(twice[1])
        for (const fold of [
          (text: string) => text.toLowerCase(),
          (text: string) => text.toUpperCase(),
          (text: string) => text.normalize('NFC'),
          (text: string) => text.normalize('NFD'),
        ]) {
          expect(new Set(twice[0]?.map(fold)).size).toBe(names.length)
        }
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  test('[CO31] an escaped name needs no escaping any more', () => {
    fc.assert(
      fc.property(nasty, (name) => {
        expect(local(local(name))).toBe(local(name))
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })
})

describe('the name of a share', () => {
  const root = cidOf(RAW, Buffer.from('x'))
  const fallback = `shoal-${root.toString().slice(-8)}`

  test.each<[string | undefined, string]>([
    ['holiday photos', 'holiday photos'],
    ['  spaces  ', 'spaces'],
    ['../../etc/passwd', '..%2F..%2Fetc%2Fpasswd'],
    ['C:\\Windows', 'C%3A%5CWindows'],
    ['aux', '%61ux'],
    [undefined, fallback],
    ['', fallback],
    ['   ', fallback],
    ['.', fallback],
    ['..', fallback],
    ['.....', fallback],
  ])('[CO31] %j is %j', (candidate, expected) => expect(shareName(candidate, root)).toBe(expected))

  test('leaves room for what is put around it', () => {
    const name = shareName(`${'ü'.repeat(500)}.mkv`, root)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
    expect(name).toMatch(/~[0-9a-f]{8}\.mkv$/)
  })
})
