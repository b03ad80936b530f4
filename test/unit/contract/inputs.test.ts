/** The input schemas and the interfaces of EngineApi are one: checked by the compiler here, and their bounds by example. */
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import packageJson from '../../../package.json' with { type: 'json' }
import type {
  ImportInput,
  ImportPathsInput,
  LimitInput,
  OpenInput,
  StartInput,
} from '../../../shared/contract/engine-api.ts'
import * as input from '../../../shared/contract/inputs.ts'
import { MAX_MESSAGE_BYTES, MAX_PATHS_TOGETHER } from '../../../shared/contract/limits.ts'
import { VERSION } from '../../../shared/version.ts'

describe('inputs', () => {
  test('[DA1] have the types that EngineApi says', () => {
    expectTypeOf<z.infer<typeof input.Import>>().toEqualTypeOf<ImportInput>()
    expectTypeOf<z.infer<typeof input.ImportPaths>>().toEqualTypeOf<ImportPathsInput>()
    expectTypeOf<z.infer<typeof input.Open>>().toEqualTypeOf<OpenInput>()
    expectTypeOf<z.infer<typeof input.Start>>().toEqualTypeOf<StartInput>()
    expectTypeOf<z.infer<typeof input.Limit>>().toEqualTypeOf<LimitInput>()
    expect(input.Limit.parse({ down: null })).toEqual({ down: null })
  })

  test('[DA2] the largest input that a schema allows fits into one message', () => {
    const select = new Array(500_000).fill(9_999_999)
    expect(input.Select.safeParse({ root: 'bafy', select }).success).toBe(true)
    expect(input.Select.safeParse({ root: 'bafy', select: [...select, 1] }).success).toBe(false)
    expect(JSON.stringify({ root: 'bafy', select }).length).toBeLessThan(MAX_MESSAGE_BYTES)
  })

  test('[DA2] as many paths as one share may be made of fit into one message, in any script', () => {
    const paths = Array.from({ length: MAX_PATHS_TOGETHER }, (_, index) => `/${'魚'.repeat(124)}${10_000 + index}`)
    const message = { paths, name: '魚'.repeat(255) }
    expect(input.ImportPaths.safeParse(message).success).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(MAX_MESSAGE_BYTES)
    const longer = paths.map((path) => `${path}x`)
    expect(input.ImportPaths.safeParse({ paths: longer, name: 'n' }).success).toBe(false)
    expect(input.ImportPaths.safeParse({ paths: [...paths.map(() => '/a'), '/b'], name: 'n' }).success).toBe(false)
    expect(input.ImportPaths.safeParse({ paths: [], name: 'n' }).success).toBe(false)
    expect(input.ImportPaths.safeParse({ paths: ['/a'], name: '' }).success).toBe(false)
  })

  test.each([
    ['an empty path', input.Import, { path: '' }],
    ['a root that is too long', input.Root, { root: 'x'.repeat(129) }],
    ['a fraction of a file', input.Select, { root: 'b', select: [1.5] }],
    ['a rate below zero', input.Limit, { down: -1 }],
    ['a rate without end', input.Limit, { up: Number.POSITIVE_INFINITY }],
    ['a page that is too large', input.Files, { root: 'b', offset: 0, count: 10_001 }],
    ['text for a boolean', input.Remove, { root: 'b', withData: 'false' }],
    ['too many patterns', input.Import, { path: '/x', ignore: new Array(1_001).fill('*') }],
  ])('[DA1] %s is refused', (_what, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})

test('[CL11] the version is that of package.json', () => {
  expect(VERSION).toBe(packageJson.version)
})
