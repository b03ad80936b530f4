/**
 * The budget table: what is measured, in which unit, what is required and what is aimed at. The numbers are the project's
 * budgets for a 2-core machine over loopback with encryption on; MB is 10^6 bytes and
 * GiB 2^30. Only limits stand here, never a measured value.
 */

export type MeasureId =
  | 'throughput-1'
  | 'throughput-4'
  | 'cpu-downloader'
  | 'cpu-source'
  | 'rss-downloader'
  | 'rss-source'
  | 'start-ready'
  | 'idle-rss'
  | 'killed-noticed'
  | 'killed-reasked'
  | 'silent-noticed'
  | 'silent-reasked'
  | 'two-of-four'
  | 'two-of-four-stall'
  | 'restart'
  | 'flash-crowd'
  | 'index'
  | 'small-index'
  | 'small-fetch'

export interface Measure {
  readonly id: MeasureId
  readonly label: string
  readonly unit: 'MB/s' | 's/GiB' | 'MB' | 's' | 'x ideal'
  readonly better: 'higher' | 'lower'
  readonly required?: number
  readonly aim?: number
}

const higher = (id: MeasureId, label: string, unit: Measure['unit'], required?: number, aim?: number) =>
  measure('higher', id, label, unit, required, aim)
const lower = (id: MeasureId, label: string, unit: Measure['unit'], required?: number, aim?: number) =>
  measure('lower', id, label, unit, required, aim)

function measure(
  better: Measure['better'],
  id: MeasureId,
  label: string,
  unit: Measure['unit'],
  required: number | undefined,
  aim: number | undefined,
): Measure {
  return {
    id,
    label,
    unit,
    better,
    ...(required === undefined ? {} : { required }),
    ...(aim === undefined ? {} : { aim }),
  }
}

export const MEASURES: readonly Measure[] = [
  higher('throughput-1', '1 GiB, 1 source -> 1 downloader, verified on disk', 'MB/s', 300, 450),
  higher('throughput-4', '1 GiB, 4 sources -> 1 downloader, verified on disk', 'MB/s', 300),
  lower('cpu-downloader', 'CPU per GiB, downloader (1 -> 1)', 's/GiB', 3, 2.2),
  lower('cpu-source', 'CPU per GiB, source (1 -> 1)', 's/GiB'),
  lower('rss-downloader', 'peak memory of the downloader while moving 1 GiB', 'MB', 250),
  lower('rss-source', 'peak memory of the source while moving 1 GiB', 'MB', 250),
  lower('start-ready', 'start to ready, fresh profile', 's', 1),
  lower('idle-rss', 'idle memory', 'MB', 100),
  // "At once" and "in the same second" of the budget, as numbers.
  lower('killed-noticed', 'a source killed (SIGKILL): noticed after', 's', 1),
  lower('killed-reasked', 'a source killed: its chunks asked elsewhere after', 's', 1),
  lower('silent-noticed', 'a source silent (SIGSTOP): noticed after', 's', 10),
  lower('silent-reasked', 'a source silent: its chunks asked elsewhere, after noticing', 's', 1),
  lower('two-of-four', 'two of four 20 MB/s sources killed at 40 %: time', 'x ideal', 1.05),
  lower('two-of-four-stall', 'two of four killed: longest stall', 's', 0.5),
  lower('restart', 'the only source killed, back after 5 s: bytes flow after its start', 's', 2, 0.9),
  lower('flash-crowd', 'last of 8 downloaders, one 20 MB/s source, 64 MiB', 'x ideal', 1.5, 1.2),
  higher('index', 'index 1 GiB', 'MB/s', 800, 1_500),
  lower('small-index', '10,000 files of 4 KiB: index', 's', 3, 1),
  lower('small-fetch', '10,000 files of 4 KiB: fetch', 's', 3, 1),
]

export function measureOf(id: MeasureId): Measure {
  const found = MEASURES.find((measure) => measure.id === id)
  if (found === undefined) throw new Error(`no measure ${id}`)
  return found
}
