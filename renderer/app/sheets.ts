/**
 * Which sheet is open over the screens, and which wait for it to be closed. Said by whoever wants one, drawn by
 * open-requests.tsx. What the user asks for takes the place of what is open; what the system hands over waits its turn.
 * Rule [UI85].
 */
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

/** Sheets that wait. Nobody goes through more of them one by one. */
export const MAX_WAITING_SHEETS = 100

interface SheetState {
  readonly sheet: Sheet
  /** Counts, so that the same link opened again is a new sheet. */
  readonly opened: number
  /** At most MAX_WAITING_SHEETS, the first to be opened first. */
  readonly waiting: readonly Sheet[]
}

export const sheets = createStore<SheetState>(() => ({ sheet: { kind: 'none' }, opened: 0, waiting: [] }))

export function openSheet(sheet: Sheet): void {
  sheets.setState(({ opened }) => ({ sheet, opened: opened + 1 }))
}

/** One after the other, the first at once when none is open. A link that is open or waits already is not asked for twice. */
export function queueSheets(wanted: readonly Sheet[]): { readonly leftOut: number } {
  let leftOut = 0
  for (const sheet of wanted) {
    const { sheet: open, waiting } = sheets.getState()
    if ([open, ...waiting].some((other) => isSameLink(other, sheet))) continue
    if (open.kind === 'none') openSheet(sheet)
    else if (waiting.length < MAX_WAITING_SHEETS) sheets.setState({ waiting: [...waiting, sheet] })
    else leftOut += 1
  }
  return { leftOut }
}

/** The next that waits takes its place. */
export function closeSheet(): void {
  const [next, ...waiting] = sheets.getState().waiting
  if (next === undefined) sheets.setState({ sheet: { kind: 'none' } })
  else sheets.setState(({ opened }) => ({ sheet: next, opened: opened + 1, waiting }))
}

function isSameLink(one: Sheet, other: Sheet): boolean {
  return one.kind === 'receive' && other.kind === 'receive' && one.link === other.link
}
