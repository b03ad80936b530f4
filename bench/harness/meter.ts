/**
 * How the use of a process is measured from outside, without a line of code inside it: what it has used so far, and the
 * peak of its memory since a moment of our choosing. Two ways: /proc (Linux) and Node's diagnostic report on a signal
 * (elsewhere; Windows has no signals, so there nothing is measured and the table says so).
 */
import { openProcMeter } from './proc-meter.ts'
import { openReportMeter } from './report-meter.ts'

export interface ProcessUse {
  /** User and system time of all threads since the process started. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  /** Since the last `resetPeak` where the system can do that, else since the process started. */
  readonly peakRssBytes: number
  /** Bytes that came from a storage device rather than from the page cache; undefined where the system does not say. */
  readonly storageReadBytes?: number
}

export interface Meter {
  /** For the report: where the numbers come from. */
  readonly how: string
  /** Arguments of Node that a process needs to be measurable. */
  nodeArguments(scratchDir: string): string[]
  /** True when the peak now counts from here. */
  resetPeak(pid: number): Promise<boolean>
  read(pid: number, scratchDir: string): Promise<ProcessUse>
}

/** Why something is not measured; the table prints the message. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured'
}

export async function openMeter(platform: NodeJS.Platform = process.platform): Promise<Meter> {
  return platform === 'linux' ? openProcMeter() : openReportMeter(platform)
}
