/**
 * The whole window takes what is dropped on it: files and folders to share, a link to open. While something is held over it,
 * it says what will happen. In a browser what is dropped is copied to the engine's machine, and that is said before.
 * Rule [UI16].
 */
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { openSheet } from '../app/sheets.ts'
import { DropOverlay } from '../design/drop-zone.tsx'
import { toastError } from '../design/toasts.tsx'
import { useErrorText } from '../i18n/error-text.ts'
import { useShell } from '../shell/shell-context.ts'
import { collectDropped, droppedFiles, entriesOf, MAX_DROPPED_FILES, TooManyFiles } from './dropped.ts'
import { useBeginSharing } from './use-begin-sharing.ts'

export function WindowDrop({ isOff }: { isOff: boolean }) {
  const t = useTranslations('share')
  const { capabilities } = useShell()
  const [isOver, setOver] = useState(false)
  const take = useTake()
  const takes = useEffectEvent((event: DragEvent) => !isOff && carriesSomething(event.dataTransfer))
  const dropped = useEffectEvent((data: DataTransfer) => void take(data))

  useEffect(() => {
    // Enter and leave come for every element on the way: only their balance tells.
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!carriesSomething(event.dataTransfer)) return
      depth += 1
      event.preventDefault()
      setOver(takes(event))
    }
    const over = (event: DragEvent) => {
      if (!carriesSomething(event.dataTransfer) || isTextForField(event)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = takes(event) ? 'copy' : 'none'
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (!carriesSomething(event.dataTransfer) || isTextForField(event)) return
      // Else the browser would open the file in place of the window.
      event.preventDefault()
      if (takes(event) && event.dataTransfer !== null) dropped(event.dataTransfer)
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])

  if (!isOver) return null
  return (
    <DropOverlay title={t('dropHere')}>
      {capabilities.drops === 'upload' ? t('dropCopies') : t('dropInPlace')}
    </DropOverlay>
  )
}

function useTake(): (data: DataTransfer) => Promise<void> {
  const t = useTranslations('share')
  const shell = useShell()
  const errorText = useErrorText()
  const begin = useBeginSharing()
  return async (data) => {
    const files = [...data.files]
    if (files.length === 0) {
      const link = textIn(data)
      if (link !== '') openSheet({ kind: 'receive', link })
      return
    }
    if (shell.capabilities.drops === 'paths') {
      const paths = shell.pathsOf(files)
      if (paths.length === 0) toastError(t('dropNoPath'))
      else begin(paths.map((path) => ({ kind: 'path', path })))
      return
    }
    try {
      const entries = entriesOf(data)
      const dropped = entries.length === 0 ? droppedFiles(files) : await collectDropped(entries)
      if (dropped.emptyFolders > 0) toastError(t('dropEmptyFolders', { count: dropped.emptyFolders }))
      if (dropped.files.length > 0) begin([{ kind: 'copy', name: dropped.name, files: dropped.files }])
    } catch (error) {
      if (error instanceof TooManyFiles)
        toastError(t('dropTooMany', { limit: MAX_DROPPED_FILES }), t('dropTooManyHelp'))
      else toastError(t('dropFailed'), errorText(error))
    }
  }
}

function carriesSomething(data: DataTransfer | null): boolean {
  return data?.types.some((type) => type === 'Files' || type === 'text/uri-list' || type === 'text/plain') ?? false
}

/** Text that is dropped into a field is the field's; a file never is. */
function isTextForField({ dataTransfer, target }: DragEvent): boolean {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
  return isField && dataTransfer?.types.includes('Files') !== true
}

/** Whether it is a link is for the engine to say; the sheet shows what it says. */
function textIn(data: DataTransfer): string {
  return (data.getData('text/uri-list') || data.getData('text/plain')).trim()
}
