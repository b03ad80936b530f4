/** Beginning to share things, from wherever it is asked, and showing the sheet of it. Rule [UI18]. */
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { MAX_PATHS_TOGETHER } from '../../shared/contract/limits.ts'
import { openSheet } from '../app/sheets.ts'
import { toastError } from '../design/toasts.tsx'
import { useEngineStore } from '../engine/hooks.ts'
import { useShell } from '../shell/shell-context.ts'
import { MAX_TASKS_AT_ONCE, type Source, shareTasks } from './share-tasks.ts'
import { together } from './together.ts'

/** Several paths are one share, unless a link `each` is asked for. */
export function useBeginSharing(): (sources: readonly Source[], links?: 'one' | 'each') => void {
  const t = useTranslations('share')
  const engine = useEngineStore()
  const shell = useShell()
  return useCallback(
    (given, links = 'one') => {
      const limit = links === 'one' ? MAX_PATHS_TOGETHER : MAX_TASKS_AT_ONCE
      if (given.length > limit) {
        toastError(t('tooManyAtOnce', { limit }), t('tooManyAtOnceHelp'))
        return
      }
      const sources = links === 'one' ? together(given, (name, more) => t('togetherName', { name, more })) : given
      const ids = shareTasks.begin(sources, {
        api: () => engine.store.getState().api,
        upload: (files, onProgress, signal) => shell.upload(files, onProgress, signal),
      })
      openSheet({ kind: 'share-tasks', ids })
    },
    [t, engine, shell],
  )
}
