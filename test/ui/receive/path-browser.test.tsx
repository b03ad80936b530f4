/** The path browser: what can be chosen in it, and its way through the folders. */
import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { PathBrowser } from '../../../renderer/design/path-browser.tsx'
import { chosenPaths, joinPath, type PathWanted } from '../../../renderer/design/path-browser-model.ts'
import { usePathPicker } from '../../../renderer/design/path-browser-pick.tsx'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { FolderListing } from '../../../shared/shell/shell-api.ts'
import { renderInWindow, withLayout } from '../support/window.tsx'

const HOME: FolderListing = {
  path: '/home/u',
  separator: '/',
  truncated: false,
  writable: true,
  entries: [
    { name: 'pics', kind: 'folder', hidden: false },
    { name: '.ssh', kind: 'folder', hidden: true },
    { name: 'a.txt', kind: 'file', sizeBytes: 5, hidden: false },
    { name: 'b.txt', kind: 'file', sizeBytes: 5, hidden: false },
  ],
}
const ROOTS: FolderListing = {
  separator: '/',
  truncated: false,
  writable: false,
  entries: [{ name: '/home/u', kind: 'folder', hidden: false }],
}
const PICS: FolderListing = { ...HOME, path: '/home/u/pics', parent: '/home/u', entries: [], writable: false }
const listFolder = async (path?: string) => {
  const listing = [HOME, PICS].find((one) => one.path === path)
  if (path === undefined) return ROOTS
  if (listing === undefined) throw new ShoalError('PATH_MISSING', 'Gone.')
  return listing
}

beforeEach(withLayout)

describe('[UI15] what comes out of it', () => {
  test.each<[PathWanted, string[], string, string[]]>([
    ['files', ['a.txt', 'b.txt'], '', ['/home/u/a.txt', '/home/u/b.txt']],
    ['files', ['pics'], '', []],
    ['file', ['a.txt'], '', ['/home/u/a.txt']],
    ['folder', [], '', ['/home/u']],
    ['folder', ['pics'], '', ['/home/u/pics']],
    ['destination', [], '', ['/home/u']],
    ['save', [], 'key', ['/home/u/key']],
    ['save', ['pics'], 'key', ['/home/u/pics/key']],
    ['save', [], '../key', []],
    ['save', [], ' ', []],
  ])('%s with %j and name %j', (wanted, marked, name, expected) => {
    expect(chosenPaths(wanted, HOME, new Set(marked), name)).toEqual(expected)
  })
  test('nothing is written into a folder that is read-only', () => {
    expect(chosenPaths('destination', PICS, new Set(), '')).toEqual([])
    expect(chosenPaths('folder', PICS, new Set(), '')).toEqual(['/home/u/pics'])
  })
  test('of the allowed folders the name is the path; roots of drives have one separator', () => {
    expect(joinPath(ROOTS, '/home/u')).toBe('/home/u')
    expect(joinPath({ ...HOME, path: 'C:\\', separator: '\\' }, 'x')).toBe('C:\\x')
  })
})

describe('[UI15] the way through the folders', () => {
  test('begins at home, hides what is hidden, and chooses several files by keyboard', async () => {
    const user = userEvent.setup()
    const onChoose = vi.fn()
    renderInWindow(<PathBrowser wanted="files" title="Share files" onChoose={onChoose} onClose={() => {}} />, {
      shell: { listFolder },
    })
    const list = await screen.findByRole('listbox')
    expect(screen.getByText('/home/u')).toBeTruthy()
    expect(screen.queryByText('.ssh')).toBeNull()
    list.focus()
    await user.keyboard('{ArrowDown} {ArrowDown} ')
    await user.click(screen.getByRole('button', { name: 'Choose 2 files' }))
    expect(onChoose).toHaveBeenCalledWith(['/home/u/a.txt', '/home/u/b.txt'])
  })

  test('a folder to begin with that is gone leads to the allowed ones', async () => {
    renderInWindow(<PathBrowser wanted="folder" title="Share" start="/gone" onChoose={() => {}} onClose={() => {}} />, {
      shell: { listFolder },
    })
    expect(await screen.findByRole('option', { name: '/home/u, folder' })).toBeTruthy()
  })

  test('a folder that may not be written to cannot be a destination, and says so', async () => {
    renderInWindow(
      <PathBrowser wanted="destination" title="Where" start="/home/u/pics" onChoose={() => {}} onClose={() => {}} />,
      { shell: { listFolder } },
    )
    expect(await screen.findByText('Nothing may be written in this folder.')).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Choose this folder' }).disabled).toBe(true)
  })
})

function Asker({ onChoose }: { onChoose: (paths: string[]) => void }) {
  const { pick, dialog } = usePathPicker()
  return (
    <>
      <button type="button" onClick={() => pick({ wanted: 'destination', title: 'Where', onChoose })}>
        ask
      </button>
      {dialog}
    </>
  )
}

test('[UI15] a shell with dialogs of the system is asked instead', async () => {
  const user = userEvent.setup()
  const onChoose = vi.fn()
  const pickPaths = vi.fn(async () => ['/x'])
  renderInWindow(<Asker onChoose={onChoose} />, { shell: { pickPaths }, capabilities: { pickPaths: 'native' } })
  await user.click(screen.getByRole('button', { name: 'ask' }))
  expect(pickPaths).toHaveBeenCalledWith('folder', 'Where')
  expect(onChoose).toHaveBeenCalledWith(['/x'])
})
