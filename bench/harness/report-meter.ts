/**
 * The meter where there is no /proc: every process is started so that SIGUSR2 makes Node write its diagnostic report
 * (`process.report`), and the report's resourceUsage is read. It costs the measured process a few milliseconds per
 * reading and its peak is that of its whole life. Windows cannot deliver the signal.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Meter, NotMeasured, type ProcessUse } from './meter.ts'
import { until } from './wait.ts'

const REPORT_TIMEOUT_MS = 5_000
const LOOK_EVERY_MS = 20

export function openReportMeter(platform: NodeJS.Platform): Meter {
  return {
    how: "Node's diagnostic report on SIGUSR2 (peaks are of the process's whole life)",
    nodeArguments: (scratchDir) =>
      platform === 'win32'
        ? []
        : [
            '--report-on-signal',
            '--report-signal=SIGUSR2',
            '--report-compact',
            '--report-exclude-network',
            `--report-directory=${scratchDir}`,
          ],
    resetPeak: () => Promise.resolve(false),
    async read(pid, scratchDir) {
      if (platform === 'win32') throw new NotMeasured('Windows has no signal that asks a process for its report')
      await mkdir(scratchDir, { recursive: true })
      const before = new Set(await readdir(scratchDir))
      process.kill(pid, 'SIGUSR2')
      let use: ProcessUse | undefined
      await until(
        async () => {
          const fresh = (await readdir(scratchDir)).find((name) => isReportOf(name, pid) && !before.has(name))
          if (fresh === undefined) return false
          const path = join(scratchDir, fresh)
          use = resourcesInReport(await readFile(path, 'utf8'))
          if (use !== undefined) await rm(path)
          return use !== undefined
        },
        { everyMs: LOOK_EVERY_MS, timeoutMs: REPORT_TIMEOUT_MS, what: `the report of process ${pid}` },
      )
      if (use === undefined) throw new NotMeasured(`process ${pid} wrote no report`)
      return use
    },
  }
}

/** `report.20261120.101112.<pid>.0.001.json` */
function isReportOf(name: string, pid: number): boolean {
  return name.startsWith('report.') && name.split('.')[3] === String(pid)
}

/** Undefined while the report is still being written. */
export function resourcesInReport(text: string): ProcessUse | undefined {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    return undefined
  }
  const { resourceUsage, javascriptHeap } = report as {
    resourceUsage?: { userCpuSeconds?: number; kernelCpuSeconds?: number; maxRss?: number; rss?: number | string }
    javascriptHeap?: unknown
  }
  const { userCpuSeconds, kernelCpuSeconds, maxRss, rss } = resourceUsage ?? {}
  if (javascriptHeap === undefined || userCpuSeconds === undefined || kernelCpuSeconds === undefined) return undefined
  if (maxRss === undefined || rss === undefined) return undefined
  return { cpuSeconds: userCpuSeconds + kernelCpuSeconds, rssBytes: Number(rss), peakRssBytes: Number(maxRss) }
}
