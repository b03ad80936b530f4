/** The shell of this window, for views. */
import { createContext, useContext } from 'react'
import type { ShellApi } from '../../shared/shell/shell-api.ts'

export const ShellContext = createContext<ShellApi | undefined>(undefined)

export function useShell(): ShellApi {
  const shell = useContext(ShellContext)
  if (shell === undefined) throw new Error('ShellContext is missing around this view.')
  return shell
}
