/** Why a peer is banned from a share: facts for the event log, a sentence's end for the peer itself. Pure. SPEC: [TR10]. */

export type BanReason =
  | { readonly cause: 'wrong-chunks'; readonly chunks: number }
  /** `detail`: which rule of the manifest its DAG nodes broke. */
  | { readonly cause: 'wrong-nodes'; readonly detail: string }

export function banText(reason: BanReason): string {
  return reason.cause === 'wrong-chunks'
    ? `delivered ${reason.chunks} chunks with wrong bytes`
    : `delivered wrong DAG nodes (${reason.detail})`
}
