/**
 * Reading what Linux says of a process: /proc/<pid>/stat, status and io as text in, numbers out. Pure; the reading of the
 * files is proc-meter.ts. A line that is missing is undefined, never 0: what cannot be known is not measured.
 */

/** CPU time of all threads, finished ones included, in seconds: utime and stime, fields 14 and 15 of proc(5). */
export function cpuSecondsOfStat(stat: string, ticksPerSecond: number): number | undefined {
  return sumOfFields(stat, [14, 15], ticksPerSecond)
}

/** The same with the children that ended and were waited for: cutime and cstime, fields 16 and 17. */
export function ownSecondsOfStat(stat: string, ticksPerSecond: number): number | undefined {
  return sumOfFields(stat, [14, 15, 16, 17], ticksPerSecond)
}

function sumOfFields(stat: string, numbers: readonly number[], ticksPerSecond: number): number | undefined {
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself: count from its end.
  const end = stat.lastIndexOf(')')
  if (end === -1) return undefined
  const fields = stat.slice(end + 2).split(' ')
  // The first of `fields` is field 3.
  const ticks = numbers.reduce((sum, number) => sum + Number(fields[number - 3] ?? Number.NaN), 0)
  return Number.isFinite(ticks) ? ticks / ticksPerSecond : undefined
}

/** CPU time that all processes and the kernel have used since the machine started, from /proc/stat; idle, iowait and steal are not use. */
export function busySecondsOfMachine(stat: string, ticksPerSecond: number): number | undefined {
  const [user, nice, system, , , irq, softirq] = (/^cpu +(.+)$/m.exec(stat)?.[1] ?? '').split(' ').map(Number)
  const ticks = [user, nice, system, irq, softirq].reduce((sum: number, value) => sum + (value ?? Number.NaN), 0)
  return Number.isFinite(ticks) ? ticks / ticksPerSecond : undefined
}

/** A line such as `VmHWM:   81234 kB` of /proc/<pid>/status, in bytes. */
export function bytesOfStatus(status: string, key: 'VmRSS' | 'VmHWM'): number | undefined {
  const kibibytes = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
}

/** A line such as `read_bytes: 4096` of /proc/<pid>/io: bytes that really came from or went to a storage device. */
export function bytesOfIo(io: string, key: 'read_bytes' | 'write_bytes'): number | undefined {
  const bytes = new RegExp(`^${key}: (\\d+)$`, 'm').exec(io)?.[1]
  return bytes === undefined ? undefined : Number(bytes)
}
