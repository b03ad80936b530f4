/**
 * Bytes of a stream -> frames and payloads, incrementally and without copying payloads into messages.
 *
 * Push pieces of any size in; for each complete Frame `onFrame` is called; when a Frame announces a payload, the bytes
 * that follow go to `onPayload` as views that are valid only during the call, until the announced length is through.
 * It deliberately knows nothing of sessions or chunks. Any breach throws ExchangeProtocolError and the decoder must not
 * be used again. Memory: twice what has arrived of a frame, at most MAX_FRAME_BYTES. Implements SPEC [EX2] to [EX4].
 */
import { Frame } from './exchange.pb.js'
import { MAX_FRAME_BYTES, MAX_LENGTH_PREFIX_BYTES, MAX_NODE_BYTES, MAX_PIECE_BYTES } from './limits.ts'

export type ProtocolErrorCode =
  | 'empty-frame'
  | 'frame-too-long'
  | 'endless-length'
  | 'malformed'
  | 'payload-too-long'
  | 'empty-piece'
  | 'several-fields'
  | 'limit'
  | 'unexpected'
  | 'flood'

export class ExchangeProtocolError extends Error {
  override readonly name = 'ExchangeProtocolError'
  readonly code: ProtocolErrorCode
  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface FrameHandlers {
  onFrame(frame: Frame): void
  /** A view on payload bytes of the frame last seen; copy what is to be kept. `remaining` bytes are still to come. */
  onPayload(view: Uint8Array, remaining: number): void
}

type State =
  | { reading: 'length'; value: number; shift: number; bytes: number }
  | { reading: 'frame'; length: number; buffer: Uint8Array; filled: number }
  | { reading: 'payload'; remaining: number }

/** A frame's buffer grows with what has come: announcing a large frame must not cost us its memory. */
const FIRST_BUFFER_BYTES = 4 * 1024

function grown(buffer: Uint8Array, wantedBytes: number, maxBytes: number): Uint8Array {
  const larger = new Uint8Array(Math.min(wantedBytes, maxBytes))
  larger.set(buffer.subarray(0, Math.min(buffer.byteLength, larger.byteLength)))
  return larger
}

const atLength = (): State => ({ reading: 'length', value: 0, shift: 0, bytes: 0 })

export class FrameDecoder {
  private state: State = atLength()
  private readonly handlers: FrameHandlers
  private maxFrameBytes: number

  /** @param firstFrameBytes the most that the first frame may have */
  constructor(handlers: FrameHandlers, firstFrameBytes = MAX_FRAME_BYTES) {
    this.handlers = handlers
    this.maxFrameBytes = firstFrameBytes
  }

  push(data: Uint8Array): void {
    let at = 0
    while (at < data.byteLength) {
      const state = this.state
      switch (state.reading) {
        case 'length': {
          const byte = data[at++] ?? 0
          state.value |= (byte & 0x7f) << state.shift
          state.shift += 7
          state.bytes += 1
          if ((byte & 0x80) !== 0) {
            if (state.bytes >= MAX_LENGTH_PREFIX_BYTES) {
              throw new ExchangeProtocolError(
                'endless-length',
                `length prefix longer than ${MAX_LENGTH_PREFIX_BYTES} bytes`,
              )
            }
            break
          }
          const length = state.value
          if (length === 0) throw new ExchangeProtocolError('empty-frame', 'a frame of zero bytes')
          if (length > this.maxFrameBytes) {
            throw new ExchangeProtocolError(
              'frame-too-long',
              `a frame of ${length} bytes, the limit is ${this.maxFrameBytes}`,
            )
          }
          if (data.byteLength - at >= length) {
            this.frame(data.subarray(at, at + length))
            at += length
          } else {
            this.state = {
              reading: 'frame',
              length,
              buffer: new Uint8Array(Math.min(length, FIRST_BUFFER_BYTES)),
              filled: 0,
            }
          }
          break
        }
        case 'frame': {
          const take = Math.min(data.byteLength - at, state.length - state.filled)
          if (state.filled + take > state.buffer.byteLength) {
            state.buffer = grown(state.buffer, Math.max(state.filled + take, 2 * state.filled), state.length)
          }
          state.buffer.set(data.subarray(at, at + take), state.filled)
          state.filled += take
          at += take
          if (state.filled === state.length) this.frame(state.buffer.subarray(0, state.length))
          break
        }
        case 'payload': {
          const take = Math.min(data.byteLength - at, state.remaining)
          state.remaining -= take
          const view = data.subarray(at, at + take)
          at += take
          if (state.remaining === 0) this.state = atLength()
          this.handlers.onPayload(view, state.remaining)
          break
        }
      }
    }
  }

  private frame(bytes: Uint8Array): void {
    let frame: Frame
    try {
      frame = Frame.decode(bytes)
    } catch (error) {
      throw new ExchangeProtocolError('malformed', 'a frame that is not valid protobuf or breaks a field limit', {
        cause: error,
      })
    }
    if (Object.keys(frame).length > 1) {
      throw new ExchangeProtocolError('several-fields', 'a frame with more than one field set')
    }
    this.maxFrameBytes = MAX_FRAME_BYTES
    const payloadBytes = payloadLength(frame)
    this.state = payloadBytes > 0 ? { reading: 'payload', remaining: payloadBytes } : atLength()
    this.handlers.onFrame(frame)
  }
}

function payloadLength(frame: Frame): number {
  if (frame.piece !== undefined) {
    const { payloadBytes } = frame.piece
    if (payloadBytes === 0) throw new ExchangeProtocolError('empty-piece', 'a piece without bytes')
    if (payloadBytes > MAX_PIECE_BYTES) {
      throw new ExchangeProtocolError(
        'payload-too-long',
        `a piece of ${payloadBytes} bytes, the limit is ${MAX_PIECE_BYTES}`,
      )
    }
    return payloadBytes
  }
  if (frame.node !== undefined) {
    const { payloadBytes } = frame.node
    if (payloadBytes > MAX_NODE_BYTES) {
      throw new ExchangeProtocolError(
        'payload-too-long',
        `a DAG node of ${payloadBytes} bytes, the limit is ${MAX_NODE_BYTES}`,
      )
    }
    return payloadBytes
  }
  return 0
}

/** A frame as it goes on the wire: length prefix and message in one buffer; payload, if any, is written after it. */
export function encodeFrame(frame: Frame): Uint8Array {
  const body = Frame.encode(frame)
  const length = body.byteLength
  const prefixBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4
  const output = new Uint8Array(prefixBytes + length)
  let rest = length
  for (let i = 0; i < prefixBytes; i++) {
    output[i] = i === prefixBytes - 1 ? rest : (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  output.set(body, prefixBytes)
  return output
}
