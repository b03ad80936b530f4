/**
 * Why a download that is wanted does not move although nothing is wrong here: nobody has it, or those who answer do not say
 * what it is. Pure: facts in, the trouble out; find-sources.ts asks every second. SPEC: [FL6].
 */

import type { TroubleFacts } from '../../../shared/contract/log-facts.ts'

/** How long nobody may answer before the user is told, in ms. */
export const NO_SOURCES_AFTER_MS = 10_000
/** How long peers may answer without delivering the manifest before the user is told, in ms. */
export const NO_MANIFEST_AFTER_MS = 20_000

export interface SourceFacts {
  /** It waits for others: not paused, not stopped by another trouble, not waiting for the user. */
  readonly waits: boolean
  readonly openSessions: number
  readonly hasManifest: boolean
  /** Since when nobody, or somebody, is there; ms. */
  readonly sinceMs: number
  readonly knownSources: number
  /** Of these, those that only a relay leads to. */
  readonly relayedSources: number
}

export type SourceTrouble = { readonly message: string } & {
  [Code in 'no-sources' | 'no-manifest']: { readonly code: Code; readonly facts: TroubleFacts[Code] }
}['no-sources' | 'no-manifest']

export function sourceTrouble(facts: SourceFacts, nowMs: number): SourceTrouble | undefined {
  if (!facts.waits) return undefined
  const ms = nowMs - facts.sinceMs
  if (facts.openSessions === 0) {
    return ms < NO_SOURCES_AFTER_MS ? undefined : nobody(facts)
  }
  if (facts.hasManifest || ms < NO_MANIFEST_AFTER_MS) return undefined
  const message = 'Peers answer, but none has delivered what the share contains yet. It goes on when one does.'
  return { code: 'no-manifest', message, facts: { peers: facts.openSessions } }
}

function nobody({ knownSources: known, relayedSources: relayed }: SourceFacts): SourceTrouble {
  if (relayed === 0) return { code: 'no-sources', message: nobodyText(known), facts: { known } }
  return { code: 'no-sources', message: relayedText(relayed), facts: { known, relayed } }
}

function relayedText(relayed: number): string {
  const who = relayed === 1 ? 'One source is' : `${relayed} sources are`
  return `${who} reached only through a relay, which is too small for a transfer, and the routers in between let no direct connection through. Switch on UPnP or forward this node's port in the router on either side.`
}

function nobodyText(known: number): string {
  if (known === 0) return 'Nobody who has this was found yet. Ask for a fresh link, or for its owner to be online.'
  const many = known === 1 ? 'One possible source is' : `${known} possible sources are`
  return `${many} known, but none that has it can be reached now. It goes on by itself when one comes back.`
}
