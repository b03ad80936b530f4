/** The meter of Linux: reads /proc, so it costs the measured process nothing. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type Meter, NotMeasured } from './meter.ts'
import { bytesOfIo, bytesOfStatus, cpuSecondsOfStat } from './proc-text.ts'

/** Written to /proc/<pid>/clear_refs it resets VmHWM, the peak of the resident set (proc(5), since Linux 4.0). */
const RESET_PEAK = '5'

export async function openProcMeter(): Promise<Meter> {
  const { stdout } = await promisify(execFile)('getconf', ['CLK_TCK'])
  const ticksPerSecond = Number(stdout)
  return {
    how: '/proc (CPU time of all threads; VmRSS, and VmHWM reset at the start of the clock)',
    nodeArguments: () => [],
    async resetPeak(pid) {
      return writeFile(`/proc/${pid}/clear_refs`, RESET_PEAK).then(
        () => true,
        () => false,
      )
    },
    async read(pid) {
      const file = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
      const [stat, status, io] = await Promise.all([file('stat'), file('status'), file('io')])
      const cpuSeconds = cpuSecondsOfStat(stat, ticksPerSecond)
      const rssBytes = bytesOfStatus(status, 'VmRSS')
      const peakRssBytes = bytesOfStatus(status, 'VmHWM')
      const storageReadBytes = bytesOfIo(io, 'read_bytes')
      if (cpuSeconds === undefined || rssBytes === undefined || peakRssBytes === undefined) {
        throw new NotMeasured(`process ${pid} was gone before it could be read`)
      }
      return { cpuSeconds, rssBytes, peakRssBytes, ...(storageReadBytes === undefined ? {} : { storageReadBytes }) }
    },
  }
}
