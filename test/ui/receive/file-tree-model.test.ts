/** The tree of a share's files and what is chosen in it, checked against a plain list. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FileSelection,
  type FileTree,
  type FolderNode,
  fileTree,
  openRows,
  searchRows,
  type TreeNode,
} from '../../../renderer/design/file-tree-model.ts'

const FILES = ['b/2.txt', 'b/10.txt', 'a.txt', 'b/c/deep.txt'].map((path, index) => ({
  index,
  path,
  sizeBytes: 10 ** index,
}))
const names = (rows: TreeNode[]) => rows.map(({ name, depth }) => `${' '.repeat(depth)}${name}`)
const always = () => true

function everyNode(tree: FileTree): TreeNode[] {
  return openRows(tree, always)
}

function byName(tree: FileTree, name: string): TreeNode {
  const node = everyNode(tree).find((one) => one.name === name)
  if (node === undefined) throw new Error(`no ${name}`)
  return node
}

describe('[UI13] the tree', () => {
  const tree = fileTree(FILES)
  test('folders before files, names in the order of people', () => {
    expect(names(openRows(tree, always))).toEqual(['b', ' c', '  deep.txt', ' 2.txt', ' 10.txt', 'a.txt'])
  })
  test('closed folders hide what is in them', () => {
    expect(names(openRows(tree, (folder) => folder.name === 'b'))).toEqual(['b', ' c', ' 2.txt', ' 10.txt', 'a.txt'])
  })
  test('a folder has the size of all that is in it', () => {
    expect(byName(tree, 'b').sizeBytes).toBe(1 + 10 + 1000)
    expect(tree.root.sizeBytes).toBe(1111)
  })
  test('a search shows what fits with the folders that lead there', () => {
    expect(names(searchRows(tree, 'DEEP'))).toEqual(['b', ' c', '  deep.txt'])
    expect(searchRows(tree, 'nowhere')).toEqual([])
  })
})

describe('[UI13] choosing', () => {
  test('a folder that is partly chosen becomes wholly chosen, then not at all', () => {
    const tree = fileTree(FILES)
    const selection = new FileSelection(tree)
    const folder = byName(tree, 'b')
    selection.toggle(byName(tree, 'deep.txt'))
    expect(selection.state(folder)).toBe('some')
    selection.toggle(folder)
    expect(selection.state(folder)).toBe('all')
    selection.toggle(folder)
    expect(selection.state(folder)).toBe('none')
    expect(selection.indices()).toEqual([2])
    expect(selection.sizeBytes).toBe(100)
  })

  test('numbers are the manifest’s, ascending', () => {
    const tree = fileTree(FILES)
    expect(new FileSelection(tree).indices()).toEqual([0, 1, 2, 3])
  })

  test('any sequence of choices: states, counts and sizes are those of a plain set', () => {
    const paths = fc.uniqueArray(
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((p) => p.join('/')),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    // A file cannot be a folder too.
    const honest = paths.map((list) => list.filter((path) => !list.some((other) => other.startsWith(`${path}/`))))
    fc.assert(
      fc.property(honest, fc.array(fc.nat(), { maxLength: 12 }), (list, choices) => {
        fc.pre(list.length > 0)
        const tree = fileTree(list.map((path, index) => ({ index, path, sizeBytes: index + 1 })))
        const selection = new FileSelection(tree)
        const chosen = new Set(list.map((_, index) => index))
        const nodes = everyNode(tree)
        const below = (node: TreeNode): number[] =>
          (node.kind === 'file' ? [tree.files[node.at]] : tree.files.slice(node.from, node.to)).map(
            (file) => file?.index ?? -1,
          )
        for (const choice of choices) {
          const node = nodes[choice % nodes.length]
          if (node === undefined) continue
          const inside = below(node)
          const all = inside.every((index) => chosen.has(index))
          for (const index of inside) {
            if (all) chosen.delete(index)
            else chosen.add(index)
          }
          selection.toggle(node)
        }
        expect(selection.indices()).toEqual([...chosen].sort((a, b) => a - b))
        expect(selection.fileCount).toBe(chosen.size)
        expect(selection.sizeBytes).toBe([...chosen].reduce((sum, index) => sum + index + 1, 0))
        for (const node of nodes) {
          const inside = below(node)
          const count = inside.filter((index) => chosen.has(index)).length
          expect(selection.state(node)).toBe(count === inside.length ? 'all' : count === 0 ? 'none' : 'some')
        }
      }),
      { seed: 20, numRuns: 200 },
    )
  })

  test('positions among siblings are told, for a screen reader', () => {
    const tree = fileTree(FILES)
    const check = (folder: FolderNode) =>
      folder.children.forEach((child, at) => {
        expect(child.position).toBe(at + 1)
        if (child.kind === 'folder') check(child)
      })
    check(tree.root)
  })
})
