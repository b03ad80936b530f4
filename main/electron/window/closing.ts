/**
 * What closing the window means. Pure. The app keeps sharing in the background when the person wants that; the first time
 * it says so and asks. Without an engine there is nothing to keep running.
 * Rule [EL14].
 */
export interface CloseFacts {
  readonly quitting: boolean
  /** Settings of the engine; undefined: it never answered. */
  readonly settings: { readonly keepInBackground: boolean; readonly explained: boolean } | undefined
}

export type CloseDecision = 'close' | 'hide' | 'explain' | 'quit'

export function decideClose({ quitting, settings }: CloseFacts): CloseDecision {
  if (quitting) return 'close'
  if (settings === undefined || !settings.keepInBackground) return 'quit'
  return settings.explained ? 'hide' : 'explain'
}
