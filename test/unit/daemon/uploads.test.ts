/** Copies of dropped files on a real disk: whole or not at all, inside their folder, never over anything. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uploadTarget } from '../../../main/daemon/upload-door.ts'
import { MAX_UNFINISHED, Uploads } from '../../../main/daemon/uploads.ts'

let folder = ''
let uploads: Uploads
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'shoal-uploads-')), 'uploads')
  uploads = new Uploads(folder)
  await uploads.start()
})
afterEach(async () => {
  await uploads.stop()
  rmSync(join(folder, '..'), { recursive: true })
})

const of = (text: string) => Readable.from([Buffer.from(text)])
const left = () => (existsSync(folder) ? readdirSync(folder) : [])

describe('an upload', () => {
  test('[DA25] of one file becomes that file, readable by its owner only', async () => {
    const id = await uploads.begin(5)
    await uploads.receive(id, ['hello.txt'], of('hello'))
    const path = await uploads.finish(id)
    expect(path).toBe(join(folder, id, 'hello.txt'))
    expect(readFileSync(path, 'utf8')).toBe('hello')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, id)).mode & 0o777).toBe(0o700)
  })

  test('[DA25] of a folder becomes that folder, empty files and files sent at once included', async () => {
    const id = await uploads.begin(6)
    await Promise.all([
      uploads.receive(id, ['trip', 'a.txt'], of('abc')),
      uploads.receive(id, ['trip', 'deep', 'er', 'b.txt'], of('def')),
      uploads.receive(id, ['trip', 'empty'], Readable.from([])),
    ])
    const path = await uploads.finish(id)
    expect(path).toBe(join(folder, id, 'trip'))
    expect(readFileSync(join(path, 'deep/er/b.txt'), 'utf8')).toBe('def')
    expect(statSync(join(path, 'empty')).size).toBe(0)
  })

  test.each([
    [['..', 'x']],
    [['a', '..', '..', 'x']],
    [['.']],
    [['']],
    [['a', '']],
    [['a/b']],
    [['a\\b']],
    [['a\0b']],
    [['x'.repeat(300)]],
    [Array.from({ length: 65 }, () => 'a')],
    [[]],
  ])('[DA25] a path that is none is refused, and nothing is written: %j', async (parts) => {
    const id = await uploads.begin(1)
    await expect(uploads.receive(id, parts, of('x'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(readdirSync(join(folder, `.unfinished-${id}`))).toEqual([])
    expect(readdirSync(join(folder, '..'))).toEqual(['uploads'])
  })

  test('[DA25] nothing is overwritten: a second file of a name ends the upload', async () => {
    const id = await uploads.begin(2)
    await uploads.receive(id, ['a'], of('1'))
    await expect(uploads.receive(id, ['a'], of('2'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    expect(left()).toEqual([])
  })

  test('[DA25] more than was announced ends it', async () => {
    const id = await uploads.begin(3)
    await expect(uploads.receive(id, ['a'], of('four'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(left()).toEqual([])
  })

  test('[DA25] less than was announced is not whole', async () => {
    const id = await uploads.begin(3)
    await uploads.receive(id, ['a'], of('12'))
    await expect(uploads.finish(id)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(left()).toEqual([])
  })

  test('[DA25] a connection that breaks in the middle of a file leaves nothing', async () => {
    const id = await uploads.begin(10)
    await uploads.receive(id, ['d', 'whole'], of('12345'))
    const content = new PassThrough()
    const receiving = uploads.receive(id, ['d', 'half'], content)
    content.write('123')
    content.destroy()
    await expect(receiving).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(left()).toEqual([])
    await expect(uploads.finish(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('[DA25] that is aborted ends what is on its way, and what begins at that moment: nothing is left', async () => {
    const id = await uploads.begin(1_000)
    const body = new PassThrough()
    const onTheWay = uploads.receive(id, ['trip', 'a.txt'], body)
    body.write('part')
    await expect.poll(() => existsSync(join(folder, `.unfinished-${id}`, 'trip', 'a.txt'))).toBe(true)
    const aborted = uploads.abort(id)
    await expect(onTheWay).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(body.destroyed).toBe(true)
    await aborted
    expect(left()).toEqual([])
    for (let round = 0; round < 20; round++) {
      const next = await uploads.begin(1_000)
      const files = Array.from({ length: 5 }, (_, i) => uploads.receive(next, ['trip', `${i}`, 'x'], of('abc')))
      const ends = Promise.allSettled(files)
      await Promise.all([uploads.abort(next), ends])
      expect(left()).toEqual([])
    }
  })

  test('[DA25] is not finished while a file is on its way', async () => {
    const id = await uploads.begin(3)
    const content = new PassThrough()
    const receiving = uploads.receive(id, ['a'], content)
    await expect(uploads.finish(id)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    content.end('abc')
    await receiving
    expect(readFileSync(await uploads.finish(id), 'utf8')).toBe('abc')
  })

  test('[DA25] of two things at the top is refused: it would be shared as one', async () => {
    const id = await uploads.begin(2)
    await uploads.receive(id, ['a'], of('1'))
    await expect(uploads.receive(id, ['b'], of('2'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('[DA25] that does not fit is refused before a byte is sent', async () => {
    await expect(uploads.begin(2 ** 62)).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(left()).toEqual([])
  })

  test('[DA25] the room that is promised to one is not promised to another', async () => {
    const { bavail, bsize } = statfsSync(join(folder, '..'))
    const most = Math.floor((bavail * bsize * 2) / 3)
    const first = await uploads.begin(most)
    await expect(uploads.begin(most)).rejects.toMatchObject({ code: 'DISK_FULL' })
    await uploads.abort(first)
    await uploads.abort(await uploads.begin(most))
  })

  test('[DA25] there are only a few at a time, and one that goes silent makes room by itself', async () => {
    const hasty = new Uploads(folder, 20)
    for (let i = 0; i < MAX_UNFINISHED; i += 1) await hasty.begin(1)
    await expect(uploads.begin(1)).resolves.toBeDefined()
    await expect.poll(() => left().filter((name) => name.startsWith('.unfinished')).length, { timeout: 30_000 }).toBe(1)
    await expect(hasty.begin(1)).resolves.toBeDefined()
    for (let i = 1; i < MAX_UNFINISHED; i += 1) await uploads.begin(1)
    await expect(uploads.begin(1)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await hasty.stop()
  })

  test('[DA25] half of one that a killed daemon left is removed at the next start; whole ones stay', async () => {
    mkdirSync(join(folder, '.unfinished-x/deep'), { recursive: true })
    writeFileSync(join(folder, '.unfinished-x/deep/file'), 'half')
    mkdirSync(join(folder, 'f'.repeat(32)))
    await new Uploads(folder).start()
    expect(left()).toEqual(['f'.repeat(32)])
  })
})

describe('removing a copy', () => {
  test('[DA25] removes its folder, and nothing that is no copy', async () => {
    const id = await uploads.begin(1)
    await uploads.receive(id, ['d', 'a'], of('1'))
    const path = await uploads.finish(id)
    const mine = join(folder, '..', 'mine')
    writeFileSync(mine, 'mine')
    for (const other of [
      mine,
      folder,
      join(folder, '..'),
      join(folder, id),
      join(folder, id, '..', '..', 'mine'),
      '/',
      '',
    ])
      expect(await uploads.removeCopy(other)).toBe(false)
    expect(existsSync(mine)).toBe(true)
    expect(existsSync(path)).toBe(true)
    expect(await uploads.removeCopy(path)).toBe(true)
    expect(left()).toEqual([])
  })
})

describe('the target of an upload', () => {
  const id = 'a'.repeat(32)
  test('[DA25] is split before it is decoded, so that an encoded separator is part of a name', () => {
    expect(uploadTarget(`/upload/${id}/My%20folder/%C3%A4.txt`)).toEqual({ id, parts: ['My folder', 'ä.txt'] })
    expect(uploadTarget(`/upload/${id}/..%2f..%2fx`)).toEqual({ id, parts: ['../../x'] })
    expect(uploadTarget(`/upload/${id}/%2e%2e/x`)).toEqual({ id, parts: ['..', 'x'] })
  })

  test.each([
    ['no path', `/upload/${id}`],
    ['what is no encoding', `/upload/${id}/%E4`],
    ['a query', `/upload/${id}/a?b`],
    ['a path without end', `/upload/${id}/${'a'.repeat(7_000)}`],
  ])('[DA25] is refused with %s', (_name, target) => {
    expect(() => uploadTarget(target)).toThrow('no path of an upload')
  })
})
