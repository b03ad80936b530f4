/** What a peer's refusal of a chunk says about its copy. Pure. SPEC: [EX14]. */
import { RejectCode } from './exchange.pb.js'

export interface Refusal {
  /** It holds the chunk nevertheless: it is busy, or sends us to others. */
  readonly held: boolean
  /** Its copy can not be read, or is no longer what was shared. */
  readonly broken: boolean
}

export function refusalOf(code: RejectCode): Refusal {
  return {
    held: code !== RejectCode.NOT_HELD,
    broken: code === RejectCode.READ_FAILED || code === RejectCode.SOURCE_CHANGED,
  }
}
