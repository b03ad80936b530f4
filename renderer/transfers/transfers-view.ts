/** What the user looks at among the transfers, kept while they visit other screens. */
import { createStore } from 'zustand/vanilla'
import type { TransferFilter } from './transfer-filters.ts'

export interface TransfersView {
  readonly filter: TransferFilter
  readonly search: string
  readonly selected: ReadonlySet<string>
}

export const transfersView = createStore<TransfersView>(() => ({ filter: 'all', search: '', selected: new Set() }))
