/**
 * Which files of a share are wanted, as the user says it: checked, without repetitions, and `undefined` when it is all of
 * them. A selection may be made before anybody knows what the share contains; then it is checked again when that is
 * known. SPEC: [FL4].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MANIFEST_LIMITS } from '../content/limits.ts'
import type { Manifest } from '../content/manifest.ts'
import type { Share, Wanted } from './share.ts'

type Files = { readonly files: { readonly length: number } }

/** Throws BAD_INPUT. */
export function selectionOf(select: readonly number[], manifest: Files | undefined): number[] | undefined {
  const count = manifest?.files.length
  const below = count ?? MANIFEST_LIMITS.entries
  const wrong = select.find((index) => !Number.isInteger(index) || index < 0 || index >= below)
  if (wrong !== undefined)
    throw new ShoalError('BAD_INPUT', `There is no file number ${wrong} in this share.`, { index: wrong })
  if (select.length === 0 && count !== 0)
    throw new ShoalError('BAD_INPUT', 'No file is selected. Select at least one, or remove the share.')
  const chosen = [...new Set(select)].sort((a, b) => a - b)
  return chosen.length === count ? undefined : chosen
}

/** The manifest is known now: numbers that no file has are dropped; without any other, the user is asked again. */
export function settleSelection(share: Share, manifest: Manifest): void {
  const { select } = share.row
  if (select === undefined) return
  const known = select.filter((index) => index < manifest.files.length)
  if (known.length === select.length && known.length < manifest.files.length) return
  if (known.length > 0 || manifest.files.length === 0)
    share.update({ select: known.length === manifest.files.length ? undefined : known })
  else share.update({ select: undefined, destination: undefined })
}

export function wantedBytesOf({ files, totalBytes }: Manifest, { select }: Wanted): number {
  if (select === undefined) return totalBytes
  return select.reduce((sum, index) => sum + (files[index]?.sizeBytes ?? 0), 0)
}

/** Whether all that is wanted is among the files that are there. */
export function coversSelection(share: Share, manifest: Manifest, present: ReadonlyMap<number, unknown>): boolean {
  const { select } = share.row
  if (select === undefined) return present.size >= manifest.files.length
  return select.every((index) => present.has(index))
}
