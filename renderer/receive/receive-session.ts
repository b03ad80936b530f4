/**
 * Opening one link, outside of any view, so that it is asked for once however often the sheet is drawn: the engine adds the
 * share and looks for its sources at once. What was not here before is taken back when the user turns away, unless it was
 * started. Rule [UI11].
 */
import { createStore } from 'zustand/vanilla'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'

export type Opening =
  /** There is no link yet. */
  | { readonly state: 'asking' }
  | { readonly state: 'opening' }
  | { readonly state: 'refused'; readonly error: unknown }
  /** `isNew`: it was not in the list before. */
  | { readonly state: 'open'; readonly root: string; readonly isNew: boolean }

export interface ReceiveFacts {
  api(): Pick<EngineApi, 'openLink' | 'remove'> | undefined
  knownRoots(): ReadonlySet<string>
}

export class ReceiveSession {
  readonly store = createStore<{ readonly opening: Opening }>(() => ({ opening: { state: 'asking' } }))
  readonly #facts: ReceiveFacts
  #isAbandoned = false

  constructor(facts: ReceiveFacts) {
    this.#facts = facts
  }

  /** A second call while one is under way, or after it has succeeded, does nothing. */
  async open(link: string): Promise<void> {
    const { state } = this.store.getState().opening
    if (state === 'opening' || state === 'open') return
    this.#set({ state: 'opening' })
    // Which were there is noted before the engine adds this one.
    const known = this.#facts.knownRoots()
    try {
      const { root } = await this.#api().openLink({ link })
      this.#set({ state: 'open', root, isNew: !known.has(root) })
      if (this.#isAbandoned && this.isToBeTakenBack(false)) await this.takeBack()
    } catch (error) {
      this.#set({ state: 'refused', error })
    }
  }

  /** The user did not wait for the answer: what it brings is taken back when it comes. */
  abandon(): void {
    this.#isAbandoned = true
  }

  /** Whether the user turning away takes the share out of the list again: only this link brought it in, and it was not started. */
  isToBeTakenBack(isStarted: boolean): boolean {
    const { opening } = this.store.getState()
    return opening.state === 'open' && opening.isNew && !isStarted
  }

  async takeBack(): Promise<void> {
    const { opening } = this.store.getState()
    // Not started: there is no data that could be lost.
    if (opening.state === 'open') await this.#api().remove({ root: opening.root, withData: false })
  }

  #api(): Pick<EngineApi, 'openLink' | 'remove'> {
    const api = this.#facts.api()
    if (api === undefined) throw new ShoalError('NETWORK', 'The engine cannot be reached right now.')
    return api
  }

  #set(opening: Opening): void {
    this.store.setState({ opening })
  }
}
