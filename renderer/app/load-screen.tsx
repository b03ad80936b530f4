/**
 * A screen that is a file of its own: fetched when it is first looked at or, before that, when there is nothing else to do,
 * so that it is there also once nobody serves the window any more. What could not be fetched is tried again when it is
 * looked at again; React.lazy would keep the failure for ever. Rule [UI87].
 */
import { type ComponentType, use } from 'react'

/** React asks again at once after a failure and must be given the same one; whoever asks later wants another try. ms. */
const SAME_FAILURE_MS = 1_000

interface Loading<P> {
  readonly view: Promise<ComponentType<P>>
  failedAt?: number
}

export interface LoadedScreen<P> {
  /** Begins to fetch it, if that is not done yet. */
  view(): Promise<ComponentType<P>>
}

export function loadScreen<P extends object>(
  load: () => Promise<ComponentType<P>>,
  now: () => number = () => performance.now(),
): LoadedScreen<P> {
  let loading: Loading<P> | undefined
  return {
    view() {
      const failedAt = loading?.failedAt
      if (loading !== undefined && (failedAt === undefined || now() - failedAt < SAME_FAILURE_MS)) return loading.view
      const mine: Loading<P> = { view: load() }
      // The view that needs it tells of the failure.
      mine.view.catch(() => {
        mine.failedAt = now()
      })
      loading = mine
      return mine.view
    },
  }
}

/** Suspends until it is here. */
export function Screen<P extends object>({ of, props }: { of: LoadedScreen<P>; props: P }) {
  const View = use(of.view())
  return <View {...props} />
}
