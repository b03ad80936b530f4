/**
 * What the main process and the engine's process say to each other, beside the contract (which has ports of its own).
 * Private between the two: a utility process's parent port reaches nobody else. The identity key, where the system's key
 * store keeps it, travels here and nowhere else: not in argv, not in the environment.
 * Rules [EL17] [EL30].
 */
import { z } from 'zod'
import type { NetworkMode } from '../../../shared/contract/model.ts'

export interface EngineStart {
  readonly profileDir: string
  /** Given on the command line, else the engine's own setting decides. */
  readonly network?: NetworkMode
  readonly logLevel: 'info' | 'debug'
  /** libp2p's protobuf form, when it does not lie in the profile. */
  readonly identity?: Uint8Array
}

export type ToEngine =
  | { readonly type: 'start'; readonly start: EngineStart }
  /** With one port: serve the contract on it. */
  | { readonly type: 'port'; readonly id: number }
  | { readonly type: 'stop' }

/** Parsed by the main process: a process that is going down may say anything. */
export const FromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('failed'), code: z.string().max(64), message: z.string().max(4096) }),
  /** The first command on this port was answered. */
  z.object({ type: z.literal('port-used'), id: z.number().int() }),
  z.object({ type: z.literal('stopped') }),
])
export type FromEngine = z.infer<typeof FromEngine>
