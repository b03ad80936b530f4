/** From joins and leaves to spans of time on a strip, and the part of the time that a peer was here. Pure. */
import type { PeerEvent } from '../../shared/contract/network-view.ts'

export interface Span {
  /** 0 is the first event, 1 is now. */
  readonly from: number
  readonly to: number
  readonly state: 'here' | 'unsure'
}

export interface Presence {
  readonly sinceAt: number
  readonly spans: readonly Span[]
  /** 0 to 1 of the time since the first event. */
  readonly presentShare: number
}

/** Undefined without events. @param events oldest first */
export function presenceOf(events: readonly PeerEvent[], nowAt: number): Presence | undefined {
  const [first] = events
  if (first === undefined) return undefined
  const length = Math.max(nowAt - first.at, 1)
  const place = (at: number) => Math.min(Math.max((at - first.at) / length, 0), 1)
  const spans: Span[] = []
  let open: { at: number; state: Span['state'] } | undefined
  const close = (at: number) => {
    if (open !== undefined && at > open.at) spans.push({ from: place(open.at), to: place(at), state: open.state })
    open = undefined
  }
  for (const { at, kind } of events) {
    switch (kind) {
      case 'joined':
      case 'back':
        close(at)
        open = { at, state: 'here' }
        break
      case 'suspect':
        close(at)
        open = { at, state: 'unsure' }
        break
      case 'left':
        close(at)
        break
      case 'blocked':
      case 'unblocked':
        break
    }
  }
  close(nowAt)
  const present = spans.filter(({ state }) => state === 'here').reduce((sum, { from, to }) => sum + to - from, 0)
  return { sinceAt: first.at, spans, presentShare: Math.min(present, 1) }
}
