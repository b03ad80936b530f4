/** A cell of the chunk grid as a small picture beside words: the same stamp, the same colour. */
import { INK_TOKENS, type Look, MARKS } from '../model/chunk-ink.ts'
import { FAINT, INK, stampsOf } from './chunks/stamps.ts'
import css from './detail.module.css'

const SIZE = 12
const STAMPS = stampsOf(SIZE)

/** Runs of equal pixels in a row, as one path each. */
function pathOf(stamp: Uint8Array, kind: number): string {
  let path = ''
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (stamp[y * SIZE + x] !== kind) continue
      let end = x + 1
      while (end < SIZE && stamp[y * SIZE + end] === kind) end += 1
      path += `M${x} ${y}h${end - x}v1h${x - end}z`
      x = end
    }
  }
  return path
}

const PATHS = STAMPS.map((stamp) => ({ ink: pathOf(stamp, INK), faint: pathOf(stamp, FAINT) }))

export function Swatch({ look }: { look: Look }) {
  const paths = PATHS[MARKS.indexOf(look.mark)]
  const color = `var(${INK_TOKENS[look.ink] ?? '--peer-unknown'})`
  return (
    <svg className={css.swatch} viewBox={`0 0 ${SIZE} ${SIZE}`} width={SIZE} height={SIZE} aria-hidden="true">
      <path d={paths?.faint} fill={color} opacity={0.3} />
      <path d={paths?.ink} fill={color} />
    </svg>
  )
}
