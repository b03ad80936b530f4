/** The tables as text. Pure: results in, lines out. */
import { type Measure, measureOf } from './budgets.ts'
import type { Contender } from './contenders/contender.ts'
import type { Machine } from './machine.ts'
import type { Note, Result } from './runner.ts'
import { spreadOf, timesBetter, verdictOf } from './verdict.ts'

export function machineLines(machine: Machine, meterHow: string): string[] {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB/s`
  return [
    `${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.system}, Node ${machine.node}, ${machine.filesystem}`,
    `one core here: sha256 ${mb(machine.sha256BytesPerSecond)}, chacha20-poly1305 ${mb(machine.chacha20Poly1305BytesPerSecond)} (64 KiB frames); writing a file to the page cache ${mb(machine.writeBytesPerSecond)}`,
    `load before the start: ${machine.load.toFixed(2)}${machine.load > 0.5 ? ' - the machine was busy; these numbers are worse than they need be' : ''}`,
    `measured from outside by ${meterHow}`,
  ]
}

function number(value: number, unit: Measure['unit']): string {
  const digits = unit === 'MB/s' || unit === 'MB' ? 0 : value >= 100 ? 0 : 2
  return value.toFixed(digits)
}

function limit(measure: Measure, value: number | undefined): string {
  if (value === undefined) return '-'
  return `${measure.better === 'higher' ? '>=' : '<='} ${String(value)}`
}

/** `352 (340 .. 361)`, or why there is none. */
export function measuredText(measure: Measure, { values, notMeasured }: Result): string {
  const spread = spreadOf(values)
  if (spread === undefined) return `not measured: ${notMeasured[0] ?? 'it was not run'}`
  const median = number(spread.median, measure.unit)
  const range = spread.runs === 1 ? '' : ` (${number(spread.min, measure.unit)} .. ${number(spread.max, measure.unit)})`
  const failed = notMeasured.length === 0 ? '' : `; ${notMeasured.length} runs gave no number: ${notMeasured[0]}`
  return `${median}${range} ${measure.unit}${failed}`
}

/** Quick runs are not judged: their sizes are not those of the budgets. */
export function budgetTable(results: readonly Result[], quick: boolean): string[] {
  const rows = [['what', 'measured', 'required', 'aim', 'verdict']]
  for (const result of results) {
    if (result.contender !== 'shoal') continue
    const measure = measureOf(result.measure)
    const spread = spreadOf(result.values)
    rows.push([
      measure.label,
      measuredText(measure, result),
      limit(measure, measure.required),
      limit(measure, measure.aim),
      spread === undefined ? 'not measured' : quick ? 'not judged' : verdictOf(measure, spread.median),
    ])
  }
  return columns(rows)
}

export function rivalTable(results: readonly Result[], contenders: readonly Contender[]): string[] {
  const rivals = contenders.filter(({ name }) => name !== 'shoal')
  const rows = [
    ['what', ...contenders.map(({ name }) => name), ...rivals.map(({ name }) => `times better than ${name}`)],
  ]
  for (const id of new Set(results.map(({ measure }) => measure))) {
    const measure = measureOf(id)
    const of = (name: string) => results.find((result) => result.measure === id && result.contender === name)
    const median = (name: string) => spreadOf(of(name)?.values ?? [])?.median
    const cells = contenders.map(({ name }) => {
      const result = of(name)
      return result === undefined ? '-' : measuredText(measure, result)
    })
    const ours = median('shoal')
    const ratios = rivals.map(({ name }) => {
      const theirs = median(name)
      const ratio = ours === undefined || theirs === undefined ? undefined : timesBetter(measure, ours, theirs)
      return ratio === undefined ? '-' : ratio.toFixed(2)
    })
    rows.push([measure.label, ...cells, ...ratios])
  }
  return columns(rows)
}

/** Others' share of the machine above which a number is not the program's alone. */
const BUSY_CORES = 0.1

/** One line for what other programs took of the machine, worst first; empty when it was quiet. */
export function busyLines(results: readonly Result[]): string[] {
  const worst = new Map<string, number>()
  for (const { measure, contender, othersBusyCores } of results) {
    const cores = Math.max(0, ...othersBusyCores)
    if (cores > BUSY_CORES) worst.set(`${measure} ${contender}`, cores)
  }
  if (worst.size === 0) return []
  const list = [...worst].sort(([, a], [, b]) => b - a).map(([name, cores]) => `${name} ${cores.toFixed(1)}`)
  return [`not a quiet machine: cores that other programs kept busy during the worst run: ${list.join(', ')}`]
}

export function noteLines(notes: readonly Note[]): string[] {
  const lines = notes.map(({ scenario, contender, text }) => `${scenario}, ${contender}: ${text}`)
  return [...new Set(lines)]
}

/** Wider cells are given their room rather than cut: a reason is worth more than a straight edge. */
const MAX_COLUMN = 60

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.min(MAX_COLUMN, Math.max(...rows.map((row) => (row[index] ?? '').length))),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0] ?? '', widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)]
}
