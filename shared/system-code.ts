/** The code that a system gives its errors (ENOENT, ENOSPC, …): the one way to ask a caught value for it. */

/** Undefined for anything that is not an error of the system. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** For sentences and facts, in which some word has to stand. */
export function systemCodeOrUnknown(error: unknown): string {
  return systemCode(error) ?? 'unknown'
}
