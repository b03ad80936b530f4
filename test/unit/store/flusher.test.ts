/** Flushing: what may be claimed when, what is shared between callers, and what a failed sync means. */
import { describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { type FlushActions, Flusher } from '../../../main/engine/store/flusher.ts'

/** A disk whose syncs end when the test says so. */
class Disk implements FlushActions {
  readonly calls: string[] = []
  readonly forgotten: number[] = []
  folders = new Set<string>()
  canSyncAll = true
  readonly #pending: { resolve: () => void; reject: (error: Error) => void }[] = []
  held = false

  #act(what: string): Promise<void> {
    this.calls.push(what)
    if (!this.held) return Promise.resolve()
    return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }))
  }

  end(error?: Error): void {
    for (const { resolve, reject } of this.#pending.splice(0)) {
      if (error === undefined) resolve()
      else reject(error)
    }
  }

  syncFile = (file: number) => this.#act(`file ${file}`)
  syncFolder = (folder: string) => this.#act(`folder ${folder}`)
  syncFilesystem = async () => {
    if (this.canSyncAll) await this.#act('all')
    return this.canSyncAll
  }
  takeDirtyFolders = () => {
    const taken = this.folders
    this.folders = new Set()
    return taken
  }
  giveBackDirtyFolders = (folders: Iterable<string>) => {
    for (const folder of folders) this.folders.add(folder)
  }
  forget = (chunks: readonly number[]) => {
    this.forgotten.push(...chunks)
  }
}

function flushing(chunks = 200) {
  const disk = new Disk()
  return { disk, flusher: new Flusher('/destination', new Bitfield(chunks), disk) }
}

const listOf = (field: Bitfield) => {
  const set: number[] = []
  field.forEachSet((index) => set.push(index))
  return set
}

const ioError = () => Object.assign(new Error('input/output error'), { code: 'EIO' })

describe('Flusher', () => {
  it('[ST5] claims a chunk that was written during a flush only with the next', async () => {
    const { disk, flusher } = flushing()
    disk.held = true
    flusher.wrote(1, 0)
    const first = flusher.flush()
    flusher.wrote(2, 0)
    disk.end()
    expect(listOf(await first)).toEqual([1])
    disk.held = false
    expect(listOf(await flusher.flush())).toEqual([1, 2])
    expect(disk.calls).toEqual(['file 0', 'file 0'])
  })

  it('shares one next flush between all who ask during one', async () => {
    const { disk, flusher } = flushing()
    disk.held = true
    flusher.wrote(1, 0)
    const first = flusher.flush()
    flusher.wrote(2, 7)
    const [second, third] = [flusher.flush(), flusher.flush()]
    expect(second).toBe(third)
    disk.held = false
    disk.end()
    expect([listOf(await first), listOf(await second)]).toEqual([[1], [1, 2]])
    expect(disk.calls).toEqual(['file 0', 'file 7'])
  })

  it('syncs folders after files', async () => {
    const { disk, flusher } = flushing()
    disk.folders.add('/a')
    flusher.wrote(1, 3)
    flusher.wrote(2, 4)
    await flusher.flush()
    expect(disk.calls).toEqual(['file 3', 'file 4', 'folder /a'])
  })

  it('syncs the filesystem at once when many files are dirty, and each file where that is not possible', async () => {
    const { disk, flusher } = flushing()
    for (let file = 0; file < 65; file++) flusher.wrote(file, file)
    expect((await flusher.flush()).count).toBe(65)
    expect(disk.calls).toEqual(['all'])
    disk.canSyncAll = false
    for (let file = 0; file < 65; file++) flusher.wrote(file + 65, file)
    expect((await flusher.flush()).count).toBe(130)
    expect(disk.calls).toHaveLength(66)
  })

  it('[ST6] forgets what a failed sync may have lost, also what was written meanwhile, and names it', async () => {
    const { disk, flusher } = flushing()
    flusher.wrote(0, 0)
    await flusher.flush()
    disk.held = true
    disk.folders.add('/a')
    flusher.wrote(1, 0)
    const failing = flusher.flush()
    flusher.wrote(2, 0)
    disk.end(ioError())
    await expect(failing).rejects.toMatchObject({
      code: 'destination-io',
      facts: { lostChunks: [1, 2], system: 'EIO' },
    })
    expect([disk.forgotten, flusher.failures]).toEqual([[1, 2], 1])
    disk.held = false
    expect(listOf(await flusher.flush())).toEqual([0])
    expect(disk.calls.slice(-2)).toEqual(['file 0', 'folder /a'])
  })

  it('starts the next flush also after a failed one', async () => {
    const { disk, flusher } = flushing()
    disk.held = true
    flusher.wrote(1, 0)
    const failing = flusher.flush()
    const next = flusher.flush()
    disk.held = false
    disk.end(ioError())
    await expect(failing).rejects.toThrow()
    expect(listOf(await next)).toEqual([])
  })

  it('does not claim a chunk that was forgotten during the flush', async () => {
    const { disk, flusher } = flushing()
    disk.held = true
    flusher.wrote(1, 0)
    flusher.wrote(2, 0)
    const flush = flusher.flush()
    flusher.forget(1)
    disk.end()
    expect(listOf(await flush)).toEqual([2])
  })
})
