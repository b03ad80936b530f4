/**
 * What a session reports of chunks that its peer asks of us: told to those who watch the share, then handed to who serves.
 * Deliveries, and cancels of what is being sent, are told by the uploader, which knows of them. SPEC: [FL12].
 */
import type { ChunkTap, MoveKind } from '../transfer/chunk-tap.ts'
import type { Session } from './session.ts'
import type { SessionEvents } from './session-events.ts'

export function servingEvents(
  tap: ChunkTap | undefined,
  serve: (session: Session) => void,
): Pick<SessionEvents, 'wanted' | 'unwanted'> {
  const tell = (peer: string, what: MoveKind, indices: readonly number[]) => {
    const observer = tap?.observer
    if (observer !== undefined) for (const index of indices) observer.moved('up', what, peer, index)
  }
  return {
    wanted(session, indices, refused) {
      tell(session.remote, 'asked', indices)
      tell(session.remote, 'rejected', refused)
      if (refused.length < indices.length) serve(session)
    },
    unwanted: (session, index) => tell(session.remote, 'cancelled', [index]),
  }
}
