/** Where the engine keeps its things inside a profile folder. */
import path from 'node:path'
import type { EngineContext } from './context.ts'

export function databaseFile(profileDir: string): string {
  return path.join(profileDir, 'shoal.sqlite')
}

export function writtenFolder(context: EngineContext): string {
  return path.join(context.options.profileDir, 'written')
}
