/** A name is given to whole files only: whatever the caller believes, what is not there in full gets none. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  allChunks,
  CHUNK_BYTES,
  openNew,
  partialOptions,
  tempFolder,
  testShare,
  treeOf,
  writeChunks,
} from './support.ts'

const onClaim = () => {}
const film = () => testShare([['', 2 * CHUNK_BYTES + 9]])
const visible = (folder: string) => fs.readdirSync(folder).filter((name) => !name.startsWith('.'))

describe('[ST4] a name', () => {
  it.each([0, 1, 2])('is refused while chunk %i was not written', async (lacking) => {
    const [share, destination] = [film(), tempFolder()]
    const files = await openNew(partialOptions(share, destination, 'film.mkv'))
    await writeChunks(
      share,
      files,
      allChunks(share).filter((chunk) => chunk !== lacking),
    )
    await expect(files.finish({ onClaim })).rejects.toThrow()
    expect(visible(destination)).toEqual([])

    await writeChunks(share, files, [lacking])
    await files.finish({ onClaim })
    expect(visible(destination)).toEqual(['film.mkv'])
    expect(fs.readFileSync(path.join(destination, 'film.mkv')).equals(share.contentOf(0))).toBe(true)
  })

  it('is refused to a file that was cut short behind our back, although every chunk was written', async () => {
    const [share, destination] = [film(), tempFolder()]
    const options = partialOptions(share, destination, 'film.mkv')
    const files = await openNew(options)
    await writeChunks(share, files, allChunks(share))
    await files.flush()
    fs.truncateSync(options.partialPath, 2 * CHUNK_BYTES + 8)
    await expect(files.finish({ onClaim })).rejects.toThrow()
    expect(visible(destination)).toEqual([])
  })

  it('of a folder is not given while one file of many lacks its last byte', async () => {
    const destination = tempFolder()
    const share = testShare(
      [
        ['a/one', CHUNK_BYTES + 1],
        ['two', 5],
      ],
      ['a'],
    )
    const files = await openNew(partialOptions(share, destination, 'holiday'))
    await writeChunks(share, files, allChunks(share).slice(0, -1))
    await expect(files.finish({ onClaim })).rejects.toThrow()
    expect(visible(destination)).toEqual([])
    await writeChunks(share, files, allChunks(share).slice(-1))
    await files.finish({ onClaim })
    expect(Object.keys(treeOf(path.join(destination, 'holiday'))).sort()).toEqual(['a/', 'a/one', 'two'])
  })
})
