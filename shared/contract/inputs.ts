/**
 * What a client may say, as schemas: the inputs of every command, each field with its bound. Types are those of
 * engine-api.ts; test/unit/contract/inputs.test.ts keeps the two in step. Meaning (does this root exist?) is the engine's to judge.
 * Rule [DA1].
 */
import { z } from 'zod'
import {
  MAX_FILES_PER_PAGE,
  MAX_PATHS_TOGETHER,
  MAX_PATHS_TOGETHER_LENGTH,
  MAX_SHARE_NAME_LENGTH,
  MAX_TEXT_LENGTH,
} from './limits.ts'
import { Priority as PriorityLevel } from './model.ts'

const text = z.string().min(1).max(MAX_TEXT_LENGTH)
/** A CIDv1 of sha2-256 has 59 characters in base32; other bases stay below 128. */
const root = z.string().min(1).max(128)
/** Seven digits and a comma each: half a million of them fit into one message (limits.ts). */
const fileIndices = z.array(z.number().int().nonnegative().max(9_999_999)).max(500_000)
const bytesPerSecond = z.number().positive().max(1e12)

export const Root = z.object({ root })
export const Job = z.object({ job: z.string().min(1).max(128) })
const ignore = z.array(z.string().max(MAX_TEXT_LENGTH)).max(1_000)
export const Import = z.object({ path: text, ignore: ignore.exactOptional() })
export const ImportPaths = z.object({
  paths: z
    .array(text)
    .min(1)
    .max(MAX_PATHS_TOGETHER)
    .refine(
      (paths) => paths.reduce((sum, { length }) => sum + length, 0) <= MAX_PATHS_TOGETHER_LENGTH,
      'These paths are too long together. Share the folder they lie in.',
    ),
  name: z.string().min(1).max(MAX_SHARE_NAME_LENGTH),
  ignore: ignore.exactOptional(),
})
export const Open = z.object({ link: text })
export const Start = z.object({
  root,
  destination: text.exactOptional(),
  select: fileIndices.exactOptional(),
  sequential: z.boolean().exactOptional(),
})
export const Select = z.object({ root, select: fileIndices })
export const Remove = z.object({ root, withData: z.boolean() })
export const Sequential = z.object({ root, sequential: z.boolean() })
export const Limit = z.object({
  root: root.exactOptional(),
  down: bytesPerSecond.nullable().exactOptional(),
  up: bytesPerSecond.nullable().exactOptional(),
})
export const Files = z.object({
  root,
  offset: z.number().int().nonnegative(),
  count: z.number().int().positive().max(MAX_FILES_PER_PAGE),
})
export const Block = z.object({ peer: z.string().min(1).max(128), blocked: z.boolean() })
export const Connect = z.object({ address: text })
export const Priority = z.object({ root, priority: PriorityLevel })
export const Plan = z.object({ root, destination: text.exactOptional(), select: fileIndices.exactOptional() })
export const Chunk = z.object({ root, index: z.number().int().nonnegative().max(9_999_999) })
export const PeerId = z.object({ peer: z.string().min(1).max(128) })
export const Nickname = z.object({ peer: z.string().min(1).max(128), nickname: z.string().min(1).max(64).nullable() })
export const Traffic = z.object({ sinceAt: z.number().exactOptional() })
export const Path = z.object({ path: text })
