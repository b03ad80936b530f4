/** Looking into the log of written chunks without taking part in it: what a paused download has, before it is resumed. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WrittenLog } from '../../../main/engine/store/written-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-written-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('[ST5] says what an open log says, and creates nothing where there is none', async () => {
  expect(WrittenLog.peek(join(folder, 'none'), 'root', 20, 'boot').isEmpty).toBe(true)
  expect(existsSync(join(folder, 'none'))).toBe(false)
  const log = WrittenLog.open(folder, 'root', 20, 'boot')
  log.mark(3)
  log.mark(19)
  await log.close()
  const seen = WrittenLog.peek(folder, 'root', 20, 'boot')
  expect([...Array(20).keys()].filter((index) => seen.has(index))).toEqual([3, 19])
})

test('[ST5] believes no log of another boot, of another length, or with stray bits', async () => {
  const log = WrittenLog.open(folder, 'root', 20, 'boot')
  log.mark(3)
  await log.close()
  expect(WrittenLog.peek(folder, 'root', 20, 'another boot').isEmpty).toBe(true)
  expect(WrittenLog.peek(folder, 'root', 21, 'boot').isEmpty).toBe(true)
  writeFileSync(log.file, 'x')
  expect(WrittenLog.peek(folder, 'root', 20, 'boot').isEmpty).toBe(true)
})
