/** Beginning to share things, from wherever it is asked, and showing the sheet of it. */
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { openSheet } from '../app/sheets.ts'
import { toastError } from '../design/toasts.tsx'
import { useEngineStore } from '../engine/hooks.ts'
import { useShell } from '../shell/shell-context.ts'
import { MAX_TASKS_AT_ONCE, type Source, shareTasks } from './share-tasks.ts'

export function useBeginSharing(): (sources: readonly Source[]) => void {
  const t = useTranslations('share')
  const engine = useEngineStore()
  const shell = useShell()
  return useCallback(
    (sources) => {
      if (sources.length > MAX_TASKS_AT_ONCE) {
        toastError(t('tooManyAtOnce', { limit: MAX_TASKS_AT_ONCE }), t('tooManyAtOnceHelp'))
        return
      }
      const ids = shareTasks.begin(sources, {
        api: () => engine.store.getState().api,
        upload: (files, onProgress, signal) => shell.upload(files, onProgress, signal),
      })
      openSheet({ kind: 'share-tasks', ids })
    },
    [t, engine, shell],
  )
}
