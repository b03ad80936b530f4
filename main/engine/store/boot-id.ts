/**
 * Names the current run of the operating system, to tell a bitfield saved before a power loss from one saved before a
 * mere restart of the process. Nothing depends on it for correctness (flush comes before claim); it is for logs and doctor.
 */
import fs from 'node:fs'
import os from 'node:os'

/** Where there is no boot id the boot time stands in, in steps that swallow the drift of the two clocks. */
const STEP_S = 60

export function bootId(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return `boot-${Math.round((Date.now() / 1000 - os.uptime()) / STEP_S)}`
  }
}
