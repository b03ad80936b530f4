/**
 * The files of a share as a tree, with how much of each is here; of a download, which of them are wanted. A choice is sent
 * a moment after the last box was pressed, and said to be in force only when the engine has answered. Rule [UI51].
 */
import { CircleAlert, Files } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { FileEntry, ShareSummary } from '../../../shared/contract/model.ts'
import { visible } from '../../../shared/format/visible.ts'
import { FileTreeView } from '../../design/file-tree.tsx'
import { FileSelection, type FileTree, fileTree, type TreeNode } from '../../design/file-tree-model.ts'
import { EmptyState, Notice, ProgressBar } from '../../design/parts.tsx'
import { useApi } from '../../engine/hooks.ts'
import { useCommand } from '../../engine/run-command.ts'
import { useErrorText } from '../../i18n/error-text.ts'
import { useFormats } from '../../i18n/formats.ts'
import type { LoadedFiles } from '../../model/share-files.ts'
import tab from '../tab.module.css'
import { FileProgress } from './file-list.ts'
import css from './files.module.css'
import { useFiles } from './use-files.ts'

/** After the last box that was pressed. */
const SEND_AFTER_MS = 600

export function FilesTab({ share }: { share: ShareSummary }) {
  const t = useTranslations('detail')
  const errorText = useErrorText()
  const { number } = useFormats()
  const [version, setVersion] = useState(0)
  const files = useFiles(share.root, version)
  if (share.totalBytes === undefined)
    return (
      <EmptyState icon={<Files />} title={t('files.noneTitle')}>
        {t('files.noManifest')}
      </EmptyState>
    )
  switch (files.state) {
    case 'loading':
      return (
        <div className={css.loading} role="status">
          <p>
            {files.total === undefined
              ? t('files.loading')
              : t('files.loadingOf', { known: number(files.known), total: number(files.total) })}
          </p>
          <ProgressBar
            label={t('files.loading')}
            fraction={files.total === undefined ? undefined : files.known / Math.max(1, files.total)}
          />
        </div>
      )
    case 'failed':
      return (
        <EmptyState icon={<CircleAlert />} title={t('files.failed')}>
          {errorText(files.error)}
        </EmptyState>
      )
    case 'here':
      return files.loaded.files.length === 0 ? (
        <EmptyState icon={<Files />} title={t('files.emptyTitle')}>
          {t('files.emptyText')}
        </EmptyState>
      ) : (
        <LoadedTree share={share} loaded={files.loaded} onSent={() => setVersion((before) => before + 1)} />
      )
  }
}

function LoadedTree(props: { share: ShareSummary; loaded: LoadedFiles; onSent: () => void }) {
  const { share, loaded, onSent } = props
  const t = useTranslations('detail')
  const api = useApi()
  const tree = useTree(loaded.files)
  const { selection, touch, state } = useSelection(share, loaded, tree, onSent)
  const progress = useMemo(
    () => new FileProgress(tree.files, (index) => loaded.files[index]?.haveBytes ?? 0),
    [tree, loaded],
  )
  const isWhole = loaded.files.length === loaded.total
  const canChoose = share.origin === 'fetched' && share.state !== 'failed' && isWhole
  return (
    <div className={tab.column}>
      {isWhole ? null : (
        <Notice tone="info">{t('files.onlySome', { listed: loaded.files.length, total: loaded.total })}</Notice>
      )}
      <p className={css.hint} role="status">
        {canChoose
          ? t(`files.choice.${state}`)
          : t(share.origin === 'in-place' ? 'files.inPlace' : 'files.cannotChoose')}
      </p>
      <FileTreeView
        label={t('files.label')}
        tree={tree}
        selection={selection}
        onChange={touch}
        isDisabled={!canChoose || api === undefined}
        isFilling
        detailOf={(node) => <Progress node={node} progress={progress} isWanted={selection.state(node) !== 'none'} />}
      />
    </div>
  )
}

/** Made anew only when the files are others: a fresh look at the same files keeps what is open and where one is. */
function useTree(files: readonly FileEntry[]): FileTree {
  const kept = useRef<{ files: readonly FileEntry[]; tree: FileTree }>(undefined)
  return useMemo(() => {
    const before = kept.current
    const isSame =
      before !== undefined &&
      before.files.length === files.length &&
      before.files.every(({ path, sizeBytes }, at) => files[at]?.path === path && files[at]?.sizeBytes === sizeBytes)
    const tree = isSame ? before.tree : fileTree(files)
    kept.current = { files, tree }
    return tree
  }, [files])
}

type ChoiceState = 'saved' | 'waiting' | 'empty'

function useSelection(share: ShareSummary, loaded: LoadedFiles, tree: FileTree, onSent: () => void) {
  const command = useCommand()
  const [state, setState] = useState<ChoiceState>('saved')
  const [, setDrawn] = useState(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const fromEngine = useMemo(
    () => new FileSelection(tree, ({ index }) => loaded.files[index]?.selected ?? true),
    [tree, loaded],
  )
  // What the user is about to say stands until it is said.
  const own = useRef<FileSelection>(undefined)
  const selection = state === 'saved' ? fromEngine : (own.current ?? fromEngine)
  useEffect(() => () => clearTimeout(timer.current), [])
  const send = async () => {
    const select = selection.indices()
    const answer = await command((api) => api.select({ root: share.root, select }))
    setState('saved')
    if (answer !== undefined) onSent()
  }
  const touch = () => {
    own.current = selection
    clearTimeout(timer.current)
    setDrawn((before) => before + 1)
    if (selection.fileCount === 0) {
      setState('empty')
      return
    }
    setState('waiting')
    timer.current = setTimeout(() => void send(), SEND_AFTER_MS)
  }
  return { selection, touch, state }
}

function Progress({ node, progress, isWanted }: { node: TreeNode; progress: FileProgress; isWanted: boolean }) {
  const t = useTranslations('detail')
  const { percentDone } = useFormats()
  const [from, to] = node.kind === 'file' ? [node.at, node.at + 1] : [node.from, node.to]
  const fraction = node.sizeBytes === 0 ? 1 : Math.min(1, progress.haveBytes(from, to) / node.sizeBytes)
  return (
    <span className={css.progress}>
      <ProgressBar
        label={t('files.progressOf', { name: visible(node.name) })}
        fraction={fraction}
        tone={fraction === 1 ? 'ok' : isWanted ? 'accent' : 'neutral'}
      />
      <span className="numeric">{percentDone(fraction)}</span>
    </span>
  )
}
