/** How a session ended -> why its peer left, as a word of the event log. Pure. SPEC: [FL15]. */
import type { LeaveReason } from '../../../shared/contract/log-facts.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import type { LinkEnd } from '../exchange/ports.ts'

/** `detail`: what the system or the codec said, where there is more to say. */
export function leaveReason(end: LinkEnd): { reason: LeaveReason; detail?: string } {
  switch (end.reason) {
    case 'goodbye':
      return { reason: saidGoodbye(end.code) }
    case 'closed-by-us':
      return { reason: 'closed-by-us' }
    case 'connection-lost':
      return { reason: 'connection-lost', detail: end.message }
    case 'protocol-error':
      return { reason: 'broke-rules', detail: end.message }
  }
}

function saidGoodbye(code: GoodbyeCode): LeaveReason {
  switch (code) {
    case GoodbyeCode.SHUTTING_DOWN:
      return 'shutting-down'
    case GoodbyeCode.SHARE_REMOVED:
      return 'removed'
    case GoodbyeCode.UNKNOWN_SHARE:
      return 'unknown-share'
    case GoodbyeCode.TOO_BUSY:
      return 'too-busy'
    case GoodbyeCode.BANNED:
      return 'banned-us'
    case GoodbyeCode.PROTOCOL_ERROR:
      return 'accused-us'
    case GoodbyeCode.NOT_NEEDED:
      return 'not-needed'
    case GoodbyeCode.DUPLICATE:
      return 'duplicate'
    default:
      return 'goodbye'
  }
}
