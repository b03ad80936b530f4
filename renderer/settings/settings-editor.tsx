/**
 * Changing settings: each change goes to the engine at once, and counts as saved only when the engine has answered. Until
 * then, and when it refuses, what is shown is what counts. The state of each field is told beside it. Rule [UI32].
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { Settings, SettingsPatch, SettingsView } from '../../shared/contract/settings.ts'
import { useApi, useSettings } from '../engine/hooks.ts'
import { useErrorText } from '../i18n/error-text.ts'

export type FieldStatus =
  | { readonly state: 'idle' | 'saving' | 'saved' }
  | { readonly state: 'refused'; readonly reason: string }

export interface SettingsEditor {
  readonly settings: Settings
  readonly view: SettingsView
  /** `field`: dotted name, under which the outcome is told. Resolves with whether it was saved. */
  readonly change: (field: string, patch: SettingsPatch) => Promise<boolean>
  readonly statusOf: (field: string) => FieldStatus
  /** It is decided by how the engine was started, or there is no engine to ask. */
  readonly isOff: (field: string) => boolean
}

const EditorContext = createContext<SettingsEditor | undefined>(undefined)

export function useSettingsEditor(): SettingsEditor {
  const editor = useContext(EditorContext)
  if (editor === undefined) throw new Error('SettingsEditorProvider is missing around this field.')
  return editor
}

const IDLE: FieldStatus = { state: 'idle' }
/** "Saved" stands long enough to be seen. */
const SAID_FOR_MS = 2_500

export function SettingsEditorProvider({ children }: { children: ReactNode }) {
  const told = useSettings()
  const api = useApi()
  const errorText = useErrorText()
  const [statuses, setStatuses] = useState<Readonly<Record<string, FieldStatus>>>({})
  const [answered, setAnswered] = useState<{ readonly view: SettingsView; readonly instead: SettingsView }>()
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>())
  useEffect(() => {
    const { current } = timers
    return () => {
      for (const timer of current.values()) clearTimeout(timer)
    }
  }, [])
  // The answer may come before the event stream tells the same: it counts until that tells anything new.
  const view = answered !== undefined && answered.instead === told ? answered.view : told

  const editor = useMemo((): SettingsEditor => {
    const setStatus = (field: string, status: FieldStatus) => {
      clearTimeout(timers.current.get(field))
      setStatuses((before) => ({ ...before, [field]: status }))
      if (status.state === 'saved')
        timers.current.set(
          field,
          setTimeout(() => setStatus(field, IDLE), SAID_FOR_MS),
        )
    }
    return {
      settings: view.settings,
      view,
      statusOf: (field) => statuses[field] ?? IDLE,
      isOff: (field) => api === undefined || view.fixed.includes(field),
      async change(field, patch) {
        if (api === undefined) return false
        setStatus(field, { state: 'saving' })
        try {
          setAnswered({ view: await api.changeSettings(patch), instead: told })
          setStatus(field, { state: 'saved' })
          return true
        } catch (error) {
          setStatus(field, { state: 'refused', reason: errorText(error) })
          return false
        }
      },
    }
  }, [view, statuses, api, told, errorText])
  return <EditorContext value={editor}>{children}</EditorContext>
}
