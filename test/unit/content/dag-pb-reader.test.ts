/** Our reader against the library's: whatever a library writes is read alike, and no bytes at all make it misbehave. */
import { decode, encode } from '@ipld/dag-pb'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLinks, scanNode } from '../../../main/engine/content/dag-pb-reader.ts'
import { ManifestError } from '../../../main/engine/content/manifest-error.ts'
import { readNode } from '../../../main/engine/content/manifest-node.ts'
import { cidOf, DAG_PB, RAW } from '../../../main/engine/content/verify.ts'
import { Blocks } from './support.ts'

const SEED = 20_261_120

const links = fc.array(
  fc.record({
    name: fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }), { nil: undefined }),
    tsize: fc.option(fc.maxSafeNat(), { nil: undefined }),
    codec: fc.constantFrom(RAW, DAG_PB),
    content: fc.uint8Array({ maxLength: 8 }),
  }),
  { maxLength: 20 },
)

test(`[CO21] what a library writes is read as the library reads it (seed ${SEED})`, () => {
  fc.assert(
    fc.property(links, fc.uint8Array({ maxLength: 40 }), (specs, data) => {
      const written = specs.map(({ name, tsize, codec, content }) => ({
        Hash: cidOf(codec, content),
        ...(name === undefined ? {} : { Name: name.toWellFormed() }),
        ...(tsize === undefined ? {} : { Tsize: tsize }),
      }))
      written.sort((a, b) => Buffer.compare(Buffer.from(a.Name ?? ''), Buffer.from(b.Name ?? '')))
      const bytes = encode({ Data: data, Links: written })
      const expected = decode(bytes)
      const scanned = scanNode(bytes)
      const names: string[] = []
      const read = readLinks(scanned, (_, start, end) => names.push(Buffer.from(bytes.subarray(start, end)).toString()))
      expect(Buffer.from(scanned.data)).toEqual(Buffer.from(expected.Data ?? []))
      expect(names).toEqual(expected.Links.map((link) => link.Name ?? ''))
      expect([...read.tsizes]).toEqual(expected.Links.map((link) => link.Tsize ?? Number.NaN))
      expect([...read.raw]).toEqual(expected.Links.map((link) => (link.Hash.code === RAW ? 1 : 0)))
      const digests = Buffer.concat(expected.Links.map((link) => link.Hash.multihash.digest))
      expect(Buffer.compare(read.digests, digests)).toBe(0)
    }),
    { seed: SEED, numRuns: 500 },
  )
})

test(`[CO21] damaged nodes are read or refused with a ManifestError, nothing else (seed ${SEED})`, () => {
  const blocks = new Blocks()
  const nodes = [
    blocks.directory({ a: blocks.leaf('a'), 'b ü': blocks.leaf('b') }).bytes,
    blocks.file([blocks.leaf('abc'), blocks.leaf('def')]).bytes,
    blocks.node({ type: 'symlink', data: Buffer.from('target') }).bytes,
  ]
  let refused = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...nodes),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      (node, edits, length) => {
        const bytes = Buffer.from(node).subarray(0, length % 2 === 0 ? node.length : length % node.length)
        for (const [at, value] of edits) if (bytes.length > 0) bytes[at % bytes.length] = value
        try {
          readNode(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError)
          refused += 1
        }
      },
    ),
    { seed: SEED, numRuns: 3000 },
  )
  expect(refused).toBeGreaterThan(500)
})
