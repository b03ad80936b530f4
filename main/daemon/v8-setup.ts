/**
 * V8 set up for a program that moves buffers and shares its cores with others of its kind. Called before the heap has
 * grown; the flags can be set while a program runs, so no arguments to node are needed and Electron has them too.
 * Why each: docs/decisions, 0014 "A small young generation" and 0032 "Less work per byte".
 */
import v8 from 'node:v8'
import vm from 'node:vm'

const FLAGS = [
  '--semi-space-growth-factor=1',
  '--external-memory-accounted-in-global-limit',
  '--heap-growing-percent=200',
  // The costliest compiler for what has run 15,000 times, not 1,500: a transfer of a few seconds would not earn it back.
  '--efficiency-mode',
  // The cheapest one at once: code that runs a hundred times is otherwise interpreted a hundred times.
  '--always-sparkplug',
]

const LOOK_EVERY_MS = 3_000
/** A program that used less than this part of one core since the last look is quiet. */
const QUIET_CPU = 0.05
const WORTH_COLLECTING_BYTES = 8 * 1024 * 1024

export function setUpV8(): void {
  for (const flag of FLAGS) v8.setFlagsFromString(flag)
  giveBackWhenQuiet()
}

export interface Look {
  /** CPU time of all threads since the last look, in ms. */
  readonly usedMs: number
  readonly heldBytes: number
  /** What the last collection left. */
  readonly keptBytes: number
}

export function mayCollect({ usedMs, heldBytes, keptBytes }: Look): boolean {
  return usedMs <= QUIET_CPU * LOOK_EVERY_MS && heldBytes >= keptBytes + WORTH_COLLECTING_BYTES
}

/**
 * Full collections (20 to 70 ms) where nobody waits for them: once the program is quiet and there is something to give
 * back. V8 alone would collect in the middle of a transfer, and keep what starting left behind for as long as an idle
 * program allocates nothing.
 */
function giveBackWhenQuiet(): void {
  let keptBytes = 0
  let used = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(used)
    used = process.cpuUsage()
    if (!mayCollect({ usedMs: (user + system) / 1000, heldBytes: heldBytes(), keptBytes })) return
    collect()
    keptBytes = heldBytes()
  }, LOOK_EVERY_MS).unref()
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = v8.getHeapStatistics()
  return used_heap_size + external_memory
}

function collect(): void {
  v8.setFlagsFromString('--expose-gc')
  // A context of its own, gone with the collection: kept, it would cost an idle program 4 MB.
  const gc = vm.runInNewContext('gc') as (options: object) => void
  v8.setFlagsFromString('--no-expose-gc')
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
