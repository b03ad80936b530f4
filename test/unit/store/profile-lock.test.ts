/** One process per profile, whatever way the last one ended. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acquireProfileLock, readProfileHolder } from '../../../main/engine/store/profile-lock.ts'
import { tempFolder } from './support.ts'

const CHILD = path.join(import.meta.dirname, 'lock-child.ts')
const me = { pid: process.pid, startedAt: 1_700_000_000_000 }

/** A process that holds the lock of `dir` or says who does. */
async function contender(dir: string) {
  const child = fork(CHILD, [dir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  })
  const [said] = await once(child, 'message')
  return { child, said }
}

describe('acquireProfileLock', () => {
  it('[ST16] makes a private folder and tells who holds it', async () => {
    const dir = path.join(tempFolder(), 'deep', 'profile')
    const lock = await acquireProfileLock(dir, me)
    if (process.platform !== 'win32') expect(fs.statSync(dir).mode & 0o777).toBe(0o700)
    expect(readProfileHolder(dir)).toEqual(me)
    lock.describe({ ...me, address: '/run/shoal.sock' })
    const refused = acquireProfileLock(dir, me)
    await expect(refused).rejects.toMatchObject({
      code: 'PROFILE_BUSY',
      facts: { pid: process.pid, address: '/run/shoal.sock' },
    })
    await expect(refused).rejects.toThrow(`process ${process.pid}`)
    await lock.release()
    await lock.release()
    expect(readProfileHolder(dir)).toBeUndefined()
    await (await acquireProfileLock(dir, me)).release()
  })

  it('[ST16] refuses a second process within a second and lets it in after a kill -9', async () => {
    const dir = tempFolder()
    const first = await contender(dir)
    expect(first.said).toEqual({ held: true })
    const startMs = performance.now()
    await expect(acquireProfileLock(dir, me)).rejects.toMatchObject({
      code: 'PROFILE_BUSY',
      facts: { pid: first.child.pid },
    })
    expect(performance.now() - startMs).toBeLessThan(1_000)
    const second = await contender(dir)
    expect(second.said).toEqual({ held: false, code: 'PROFILE_BUSY', pid: first.child.pid })
    const exit = once(first.child, 'exit')
    first.child.kill('SIGKILL')
    await exit
    expect(readProfileHolder(dir)?.pid).toBe(first.child.pid)
    const lock = await acquireProfileLock(dir, me)
    expect(readProfileHolder(dir)).toEqual(me)
    await lock.release()
  })

  it('[ST16] lets exactly one of many in at once', async () => {
    const dir = tempFolder()
    const all = await Promise.all(Array.from({ length: 4 }, () => contender(dir)))
    const holders = all.filter(({ said }) => said.held)
    expect(holders).toHaveLength(1)
    for (const { said } of all) if (!said.held) expect(said.pid).toBe(holders[0]?.child.pid)
  })

  it('stays held when nobody keeps the lock object', async () => {
    const dir = tempFolder()
    await acquireProfileLock(dir, me)
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    for (let round = 0; round < 3; round++) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { said } = await contender(dir)
    expect(said).toMatchObject({ held: false, pid: process.pid })
  })

  it('does not trust what stands in the holder file', async () => {
    const contents = ['', '{', '[]', '{"pid":"1","startedAt":2}', `{"pid":1,"startedAt":2,"x":"${'x'.repeat(5_000)}"}`]
    const refuse = async (content: string) => {
      const dir = tempFolder()
      const lock = await acquireProfileLock(dir, me)
      fs.writeFileSync(path.join(dir, 'profile.holder.json'), content)
      const refused = acquireProfileLock(dir, me)
      await expect(refused).rejects.toMatchObject({ code: 'PROFILE_BUSY' })
      await expect(refused).rejects.toThrow('another process')
      await lock.release()
    }
    await Promise.all(contents.map(refuse))
  })
})
