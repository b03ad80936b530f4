/** Which sheet is open over the screens. Said by whoever wants one, drawn by open-requests.tsx. */
import { createStore } from 'zustand/vanilla'

export type Sheet =
  | { readonly kind: 'none' }
  /** Index these paths (on the engine's machine), then show the share. */
  | { readonly kind: 'share-paths'; readonly paths: readonly string[] }
  /** Things that are on their way already: ids of share/share-tasks.ts. */
  | { readonly kind: 'share-tasks'; readonly ids: readonly string[] }
  /** Show a share that exists. */
  | { readonly kind: 'share'; readonly root: string }
  /** A job that runs already. */
  | { readonly kind: 'share-job'; readonly job: string }
  /** An empty link: it is asked for. */
  | { readonly kind: 'receive'; readonly link: string }

/** `opened` counts, so that the same link opened again is a new sheet. */
export const sheets = createStore<{ readonly sheet: Sheet; readonly opened: number }>(() => ({
  sheet: { kind: 'none' },
  opened: 0,
}))

export function openSheet(sheet: Sheet): void {
  sheets.setState(({ opened }) => ({ sheet, opened: opened + 1 }))
}

export function closeSheet(): void {
  sheets.setState({ sheet: { kind: 'none' } })
}
