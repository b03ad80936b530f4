/** The text of a progress line and of a share's row: facts in, a line out. Drawing it is io.ts. Rules [CL2] [CL7]. */
import type { ImportJob, ShareSummary } from '../shared/contract/model.ts'
import { formatBytes, formatRate } from '../shared/format/bytes.ts'
import { formatDuration } from '../shared/format/time.ts'
import { pad, visible } from '../shared/format/visible.ts'

const BAR_COLUMNS = 20
const NAME_COLUMNS = 24

export function bar(fraction: number, columns: number, unicode: boolean): string {
  const filled = Math.floor(Math.min(1, Math.max(0, fraction)) * columns)
  return unicode
    ? '█'.repeat(filled) + '░'.repeat(columns - filled)
    : `[${'#'.repeat(filled)}${'.'.repeat(columns - filled)}]`
}

/** Never 100 before everything is there. */
export function percent(have: number, wanted: number): number {
  if (wanted === 0) return 100
  return have >= wanted ? 100 : Math.min(99, Math.floor((have / wanted) * 100))
}

export function wantedBytes(share: ShareSummary): number | undefined {
  return share.wantedBytes ?? share.totalBytes
}

export function downloadLine(share: ShareSummary, unicode: boolean): string {
  const name = pad(visible(share.name), NAME_COLUMNS)
  const wanted = wantedBytes(share)
  if (share.trouble !== undefined) return `${name} ${progressText(share)}  ${visible(share.trouble.message)}`
  if (wanted === undefined) return `${name} looking for ${share.peers === 0 ? 'somebody who has it' : 'the manifest'}`
  const peers = countOf(share.peers, 'peer')
  const eta = share.etaMs === undefined ? '' : `  ${formatDuration(share.etaMs)} left`
  const done = percent(share.haveBytes, wanted)
  const drawn = bar(wanted === 0 ? 1 : share.haveBytes / wanted, BAR_COLUMNS, unicode)
  const state = share.state === 'finishing' ? '  writing the last of it' : share.state === 'paused' ? '  paused' : eta
  return `${name} ${drawn} ${String(done).padStart(3)} %  ${formatBytes(wanted)}  ${formatRate(share.downBytesPerSecond)}  ${peers}${state}`
}

/** "45 %", or how much when the size is not known. */
export function progressText(share: ShareSummary): string {
  const wanted = wantedBytes(share)
  return wanted === undefined ? formatBytes(share.haveBytes) : `${percent(share.haveBytes, wanted)} %`
}

/** "1 file", "2 files". */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

export function importLine(job: ImportJob, unicode: boolean): string {
  const name = pad(visible(job.together?.name ?? job.path.split(/[\\/]/).pop() ?? job.path), NAME_COLUMNS)
  if (job.state === 'walking') return `${name} reading the folder: ${countOf(job.files, 'file')}`
  const drawn = bar(job.totalBytes === 0 ? 1 : job.doneBytes / job.totalBytes, BAR_COLUMNS, unicode)
  return `${name} ${drawn} ${String(percent(job.doneBytes, job.totalBytes)).padStart(3)} %  ${formatBytes(job.totalBytes)} indexed`
}
