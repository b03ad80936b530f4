/** The tree as it is used by keyboard and by a screen reader, with a hundred thousand files. */
import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useReducer, useState } from 'react'
import { beforeEach, describe, expect, test } from 'vitest'
import { FileTreeView } from '../../../renderer/design/file-tree.tsx'
import { FileSelection, fileTree, type TreeFile } from '../../../renderer/design/file-tree-model.ts'
import { renderInWindow, withLayout } from '../support/window.tsx'

function View({ files }: { files: readonly TreeFile[] }) {
  const [tree] = useState(() => fileTree(files))
  const [selection] = useState(() => new FileSelection(tree))
  const [, changed] = useReducer((count: number) => count + 1, 0)
  return <FileTreeView label="Files" tree={tree} selection={selection} onChange={changed} />
}

const file = (path: string, index: number): TreeFile => ({ index, path, sizeBytes: 1000 })
const active = () => {
  const id = screen.getByRole('tree').getAttribute('aria-activedescendant')
  return id === null ? null : document.getElementById(id)
}

beforeEach(withLayout)

describe('[UI14] by keyboard', () => {
  test('one stop for Tab; arrows move, open and close; Space chooses; letters find', async () => {
    const user = userEvent.setup()
    renderInWindow(<View files={['d/one', 'd/two', 'z'].map(file)} />)
    screen.getByRole('tree').focus()
    expect(active()?.textContent).toContain('d')
    expect(active()?.getAttribute('aria-expanded')).toBe('true')
    await user.keyboard('{ArrowDown}{ArrowDown} ')
    expect(active()?.textContent).toContain('two')
    expect(active()?.getAttribute('aria-checked')).toBe('false')
    expect(screen.getByText('2 of 3 files chosen, 2.00 kB')).toBeTruthy()
    await user.keyboard('{ArrowLeft}')
    expect(active()?.getAttribute('aria-checked')).toBe('mixed')
    await user.keyboard('{ArrowLeft}')
    expect(active()?.getAttribute('aria-expanded')).toBe('false')
    expect(screen.queryByText('two')).toBeNull()
    await user.keyboard('z')
    expect(active()?.textContent).toContain('z')
    await user.keyboard('{Home}{ArrowRight}{ArrowRight}')
    expect(active()?.textContent).toContain('one')
    expect(active()?.getAttribute('aria-posinset')).toBe('1')
    expect(active()?.getAttribute('aria-setsize')).toBe('2')
  })

  test('a hundred thousand files: only rows in sight are drawn', async () => {
    const user = userEvent.setup()
    renderInWindow(<View files={Array.from({ length: 100_000 }, (_, n) => file(`file ${n}`, n))} />)
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(60)
    screen.getByRole('tree').focus()
    await user.keyboard(' ')
    expect(screen.getByText('99,999 of 100,000 files chosen, 100 MB')).toBeTruthy()
  })
})

test('[UI13] a search keeps what was chosen, and says when nothing fits', async () => {
  const user = userEvent.setup()
  renderInWindow(<View files={['d/one', 'd/two'].map(file)} />)
  await user.type(screen.getByRole('textbox', { name: 'Search files' }), 'nowhere')
  expect(await screen.findByText('No file has that in its name.')).toBeTruthy()
  expect(screen.getByText('2 of 2 files chosen, 2.00 kB')).toBeTruthy()
})
