/**
 * Which share a person means: its root CID, a prefix of it that is unique (at least 6 characters; the part that all
 * CIDs begin with may be left out), its exact name, or a link to it. Never a guess: two that fit are an error that names
 * both. Pure. Rule [CL5].
 */
import type { ShareSummary } from '../shared/contract/model.ts'
import { visible } from '../shared/format/visible.ts'
import { CliError, EXIT } from './exit-codes.ts'

export const MIN_PREFIX_LENGTH = 6
/** What every CIDv1 of sha2-256 begins with: dag-pb (folders, large files) and raw (small files). */
const COMMON_START = /^baf(ybei|krei)/

type Named = Pick<ShareSummary, 'root' | 'name'>

export function resolveReference<T extends Named>(reference: string, shares: readonly T[]): T {
  const root = /^(?:shoal|ipfs):(?:\/\/)?([a-z0-9]+)/i.exec(reference)?.[1] ?? reference
  const exact = shares.find((share) => share.root === root)
  if (exact !== undefined) return exact
  const fitting = shares.filter((share) => share.name === reference)
  if (fitting.length === 0 && root.length >= MIN_PREFIX_LENGTH) {
    const prefix = root.toLowerCase()
    fitting.push(
      ...shares.filter(
        (share) => share.root.startsWith(prefix) || share.root.replace(COMMON_START, '').startsWith(prefix),
      ),
    )
  }
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return only
  const shown = visible(reference)
  if (only !== undefined) {
    const list = fitting.slice(0, 5).map((share) => `  ${share.root}  ${visible(share.name)}`)
    throw new CliError(EXIT.usage, `"${shown}" could be any of these ${fitting.length} shares:`, 'AMBIGUOUS', list)
  }
  const hint = root.length < MIN_PREFIX_LENGTH ? ` (a prefix needs ${MIN_PREFIX_LENGTH} characters)` : ''
  throw new CliError(EXIT.usage, `There is no share "${shown}"${hint}. \`shoal ls\` lists them.`, 'NOT_FOUND')
}

/** A root as lists show it: enough to be unique among a person's shares, and accepted back as a reference. */
export function shortRoot(root: string): string {
  return root.slice(0, 14)
}
