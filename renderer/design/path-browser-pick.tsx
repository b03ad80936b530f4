/**
 * Asking for a path, however this window's shell does it: with the system's dialog, or with the path browser. Whoever asks
 * draws `dialog` somewhere. Rule [UI15].
 */
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorText } from '../i18n/error-text.ts'
import { useShell } from '../shell/shell-context.ts'
import { PathBrowser, type PathBrowserProps } from './path-browser.tsx'
import type { PathWanted } from './path-browser-model.ts'
import { toastError } from './toasts.tsx'

export interface PathQuestion extends Pick<PathBrowserProps, 'wanted' | 'title' | 'start' | 'suggestedName'> {
  /** Not called when nothing was chosen. */
  readonly onChoose: (paths: string[]) => void
}

const NATIVE = {
  files: 'files',
  file: 'files',
  folder: 'folder',
  destination: 'folder',
  save: 'save',
} as const satisfies Record<PathWanted, string>

export function usePathPicker(): { readonly pick: (question: PathQuestion) => void; readonly dialog: ReactNode } {
  const shell = useShell()
  const t = useTranslations('errors')
  const errorText = useErrorText()
  const [question, setQuestion] = useState<PathQuestion>()
  const pick = (asked: PathQuestion) => {
    if (shell.capabilities.pickPaths === 'listing') {
      setQuestion(asked)
      return
    }
    shell.pickPaths(NATIVE[asked.wanted], asked.title).then(
      (paths) => paths !== undefined && paths.length > 0 && asked.onChoose(paths),
      (error: unknown) => toastError(t('title'), errorText(error)),
    )
  }
  const dialog =
    question === undefined ? null : (
      <PathBrowser
        {...question}
        onClose={() => setQuestion(undefined)}
        onChoose={(paths) => {
          setQuestion(undefined)
          question.onChoose(paths)
        }}
      />
    )
  return { pick, dialog }
}
