/** kill -9 at moments drawn from a seed: what the database claims is on disk and right, and the download goes on to its end. */
import { fork } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { openStore } from '../../../main/engine/store/store.ts'
import { SHAPES, shapeOf } from './kill-shapes.ts'
import { randomOf, type TestShare, tempFolder } from './support.ts'

const CHILD = path.join(import.meta.dirname, 'kill-child.ts')
/**
 * Moments are counted from what the process says of itself, so that a slow machine kills in the same phases: some ms after
 * it saved its bitfield so many times, or after it began to finish (which takes about 60 ms).
 */
interface Moment {
  readonly message: 'saved' | 'finishing'
  readonly times: number
  readonly afterMs: number
}

const SAVES_BEFORE_KILL = 4
const MAX_DELAY_MS = { saved: 10, finishing: 60 }
const KILLS = { saved: 8, finishing: 4 }

function momentOf(message: Moment['message'], random: () => number): Moment {
  const times = message === 'saved' ? 1 + Math.floor(random() * SAVES_BEFORE_KILL) : 1
  return { message, times, afterMs: random() * MAX_DELAY_MS[message] }
}

/** True when the process came to its end before the moment did. */
async function runAndKill(folder: string, seed: number, shape: string, moment?: Moment): Promise<boolean> {
  const child = fork(CHILD, [folder, `${seed}`, shape], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
  let complaint = ''
  child.stderr?.on('data', (data) => {
    complaint += data
  })
  let timer: NodeJS.Timeout | undefined
  let times = 0
  child.on('message', (said) => {
    if (said !== moment?.message) return
    times += 1
    if (times === moment.times) timer = setTimeout(() => child.kill('SIGKILL'), moment.afterMs)
  })
  const [code, signal] = await once(child, 'exit')
  clearTimeout(timer)
  if (signal === null && code !== 0) throw new Error(complaint)
  return signal === null
}

/** Every claimed chunk is read from whichever place its file has now. Returns how many there were. */
function checkClaims(folder: string, { manifest }: TestShare): number {
  const store = openStore(path.join(folder, 'shoal.db'), { nowMs: Date.now })
  try {
    expect(store.database.damaged).toBeUndefined()
    const row = store.shares.get('root')
    const saved = store.bitfields.load('root')
    if (row === undefined || saved === undefined) return 0
    const places = [row.partialPath, row.path, row.claim?.path].filter((at) => at !== undefined && fs.existsSync(at))
    const wrong: number[] = []
    const have = Bitfield.fromBytes(saved.bytes, manifest.chunkCount)
    have.forEachSet((chunk) => {
      const file = manifest.files[manifest.fileOfChunk(chunk)]?.path ?? ''
      const right = places.some((place) => {
        const at = path.join(place ?? '', file)
        if (!fs.existsSync(at)) return false
        const bytes = Buffer.alloc(manifest.chunkLength(chunk))
        const fd = fs.openSync(at, 'r')
        fs.readSync(fd, bytes, 0, bytes.length, manifest.chunkOffset(chunk))
        fs.closeSync(fd)
        return hash('sha256', bytes, 'buffer').equals(manifest.digests.subarray(chunk * 32, chunk * 32 + 32))
      })
      if (!right) wrong.push(chunk)
    })
    expect(wrong).toEqual([])
    return have.count
  } finally {
    store.close()
  }
}

describe.each(SHAPES)('a %s whose downloader is killed again and again', (shape) => {
  const share = shapeOf(shape)

  it.each([11, 12, 13])(
    '[ST5] [ST14] claims only what is right, and arrives whole (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      const folder = tempFolder()
      const random = randomOf(seed)
      let claimed = 0
      let ended = false
      for (const phase of ['saved', 'finishing'] as const) {
        for (let kills = 0; !ended && kills < KILLS[phase]; kills++) {
          ended = await runAndKill(folder, seed * 100 + kills, shape, momentOf(phase, random))
          const now = checkClaims(folder, share)
          expect(now).toBeGreaterThanOrEqual(Math.max(1, claimed))
          claimed = now
        }
      }
      while (!ended) ended = await runAndKill(folder, seed, shape)
      const destination = path.join(folder, 'destination')
      expect(fs.readdirSync(destination)).toEqual(['name'])
      for (const [file, { path: at }] of share.manifest.files.entries()) {
        expect(fs.readFileSync(path.join(destination, 'name', at)).equals(share.contentOf(file))).toBe(true)
      }
    },
  )
})
