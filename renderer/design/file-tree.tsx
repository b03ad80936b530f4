/**
 * The files of a share with a box before each: choose all, some or none of a folder. Stays fast with a hundred thousand files,
 * because only rows in sight are drawn. Keys as in any tree: arrows open, close and move, Space chooses, letters find.
 * Whose files they are and what choosing means is the caller's. Rules [UI13] [UI14].
 */
import { Check, ChevronDown, ChevronRight, File, Folder, Minus, Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useDeferredValue, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormats } from '../i18n/formats.ts'
import { Button } from './button.tsx'
import { classes } from './classes.ts'
import { TextField } from './field.tsx'
import css from './file-tree.module.css'
import { type FileSelection, type FileTree, openRows, searchRows, type TreeNode } from './file-tree-model.ts'
import { NetworkText } from './network-text.tsx'
import { VirtualRows } from './virtual-rows.tsx'

const ROW_HEIGHT_PX = 30
/** Folders that are open at first: a share of one folder is not shown as one closed line. */
const OPEN_AT_FIRST = 2
const CHECKED = { all: true, some: 'mixed', none: false } as const

export interface FileTreeViewProps {
  readonly label: string
  readonly tree: FileTree
  readonly selection: FileSelection
  /** The selection has changed in place. */
  readonly onChange: () => void
  readonly isDisabled?: boolean
  /** It takes the height that there is, instead of a few rows. */
  readonly isFilling?: boolean
  /** What else is told of a file or folder, before its size. */
  readonly detailOf?: (node: TreeNode) => ReactNode
}

export function FileTreeView(props: FileTreeViewProps) {
  const { label, tree, selection, onChange, isDisabled = false } = props
  const t = useTranslations('common.tree')
  const formats = useFormats()
  const [query, setQuery] = useState('')
  const sought = useDeferredValue(query.trim())
  const [open, setOpen] = useState<ReadonlySet<TreeNode>>(
    () => new Set(tree.root.children.filter(({ kind }) => kind === 'folder').slice(0, OPEN_AT_FIRST)),
  )
  const [active, setActive] = useState(0)
  const rows = useMemo(
    () => (sought === '' ? openRows(tree, (folder) => open.has(folder)) : searchRows(tree, sought)),
    [tree, open, sought],
  )
  const isOpen = (node: TreeNode) => sought !== '' || open.has(node)

  const setFolder = (node: TreeNode, value: boolean) => {
    const next = new Set(open)
    if (value) next.add(node)
    else next.delete(node)
    setOpen(next)
  }
  const toggle = (node: TreeNode) => {
    if (isDisabled) return
    selection.toggle(node)
    onChange()
  }
  const setAll = (isChosen: boolean) => {
    selection.setAll(isChosen)
    onChange()
  }
  const onKey = (event: KeyboardEvent, at: number): boolean => {
    const node = rows[at]
    if (node === undefined) return false
    switch (event.key) {
      case ' ':
        toggle(node)
        return true
      case 'Enter':
        if (node.kind === 'folder') setFolder(node, !open.has(node))
        return node.kind === 'folder'
      case 'ArrowRight':
        if (node.kind === 'folder' && !isOpen(node)) setFolder(node, true)
        else if (node.kind === 'folder') setActive(at + 1)
        return true
      case 'ArrowLeft':
        if (node.kind === 'folder' && isOpen(node) && sought === '') setFolder(node, false)
        else if (node.parent !== undefined) setActive(Math.max(rows.indexOf(node.parent), 0))
        return true
      default:
        return false
    }
  }

  return (
    <div className={classes(css.tree, props.isFilling === true && css.filling)}>
      <div className={css.tools}>
        <div className={css.search}>
          <TextField
            label={t('search')}
            hideLabel
            value={query}
            onChange={(value) => {
              setQuery(value)
              setActive(0)
            }}
            placeholder={t('search')}
            suffix={<Search aria-hidden className={css.searchIcon} />}
          />
        </div>
        <Button size="sm" variant="quiet" isDisabled={isDisabled || selection.isAll} onPress={() => setAll(true)}>
          {t('all')}
        </Button>
        <Button
          size="sm"
          variant="quiet"
          isDisabled={isDisabled || selection.fileCount === 0}
          onPress={() => setAll(false)}
        >
          {t('none')}
        </Button>
      </div>
      {rows.length === 0 ? (
        <p className={css.empty} role="status">
          {t('nothingFound')}
        </p>
      ) : (
        <VirtualRows
          role="tree"
          label={label}
          count={rows.length}
          rowHeightPx={ROW_HEIGHT_PX}
          active={Math.min(active, rows.length - 1)}
          onActive={setActive}
          onKey={onKey}
          isMultiselectable
          className={css.rows ?? ''}
          textOf={(index) => rows[index]?.name ?? ''}
          rowProps={(index) => {
            const node = rows[index]
            if (node === undefined) return {}
            return {
              role: 'treeitem',
              'aria-level': node.depth + 1,
              'aria-checked': CHECKED[selection.state(node)],
              'aria-selected': selection.state(node) === 'all',
              'aria-disabled': isDisabled,
              'aria-posinset': node.position,
              'aria-setsize': node.parent?.children.length ?? 1,
              ...(node.kind === 'folder' ? { 'aria-expanded': isOpen(node) } : {}),
              onClick: ({ target }) => {
                const onTwist = target instanceof Element && target.closest('[data-twist]') !== null
                if (onTwist && node.kind === 'folder') setFolder(node, !open.has(node))
                else toggle(node)
              },
            }
          }}
          renderRow={(index) => {
            const node = rows[index]
            return node === undefined ? null : (
              <Row
                node={node}
                state={selection.state(node)}
                isOpen={isOpen(node)}
                detail={props.detailOf?.(node)}
                size={formats.bytes(node.sizeBytes)}
              />
            )
          }}
        />
      )}
      <p className={css.sum} role="status">
        {t('chosen', {
          chosen: selection.fileCount,
          total: tree.files.length,
          size: formats.bytes(selection.sizeBytes),
        })}
      </p>
    </div>
  )
}

function Row(props: {
  node: TreeNode
  state: 'all' | 'some' | 'none'
  isOpen: boolean
  detail: ReactNode
  size: string
}) {
  const { node, state, isOpen } = props
  const isFolder = node.kind === 'folder'
  return (
    <>
      <span style={{ width: node.depth * 18 }} className={css.indent} />
      <span className={css.twist} data-twist aria-hidden>
        {isFolder ? isOpen ? <ChevronDown /> : <ChevronRight /> : null}
      </span>
      <span className={classes(css.box, state !== 'none' && css.on)} aria-hidden>
        {state === 'some' ? <Minus /> : state === 'all' ? <Check /> : null}
      </span>
      <span className={css.kind} aria-hidden>
        {isFolder ? <Folder /> : <File />}
      </span>
      <span className={css.name}>
        <NetworkText text={node.name} clip />
      </span>
      {props.detail}
      <span className={classes(css.size, 'numeric')}>{props.size}</span>
    </>
  )
}
