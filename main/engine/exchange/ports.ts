/**
 * What the exchange needs of the world, as the few functions it uses: a clock, a link that carries frames, the content.
 * The real ones are a libp2p stream and files; simulations put a virtual clock, a modelled network and memory here.
 */
import type { Frame, GoodbyeCode } from './exchange.pb.js'

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number
  /** Calls back once after `ms`; the result cancels. */
  after(ms: number, callback: () => void): () => void
}

export type LinkEnd =
  | { readonly reason: 'goodbye'; readonly code: GoodbyeCode; readonly text: string }
  | { readonly reason: 'closed-by-us' }
  | { readonly reason: 'connection-lost'; readonly message: string }
  | { readonly reason: 'protocol-error'; readonly message: string }

export interface LinkHandlers {
  onFrame(frame: Frame): void
  /** Payload bytes of the frame before; the view is valid during the call only. */
  onPayload(view: Uint8Array, remaining: number): void
  /** Exactly once, last. */
  onEnd(end: LinkEnd): void
}

/** One stream of frames to one peer. */
export interface FrameLink {
  /** Peer id of the other end, authenticated by the connection. */
  readonly remote: string
  /** We opened it. */
  readonly initiator: boolean
  /** From here on frames go to these handlers; frames that came before are delivered first. */
  listen(handlers: LinkHandlers): void
  send(frame: Frame): void
  /**
   * Sends a frame and its payload. Resolves when more may be sent (back-pressure); rejects when the link has ended.
   * The payload must not be changed afterwards: the transport may still refer to it.
   */
  sendPayload(frame: Frame, payload: Uint8Array): Promise<void> | undefined
  /** Ends the link at once without a word: nobody listens any more. */
  abandon(message: string): void
  /** Says goodbye and ends the link. */
  close(code: GoodbyeCode, text: string): void
}

/** A share's bytes: lengths, the test that bytes are right, and where they lie. */
export interface ShareContent {
  readonly chunkCount: number
  chunkLength(index: number): number
  /** Are these the bytes of chunk `index`? */
  verify(index: number, bytes: Uint8Array): boolean
  read(index: number, into: Uint8Array): Promise<void>
  write(index: number, bytes: Uint8Array): Promise<void>
}
