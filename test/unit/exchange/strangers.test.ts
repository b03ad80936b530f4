/** What strangers may do in the exchange before they are stopped: costs of frames, the first frame, repeated breaches. */
import { describe, expect, it } from 'vitest'
import { type Frame, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { frameCost } from '../../../main/engine/exchange/frame-cost.ts'
import { encodeFrame, FrameDecoder } from '../../../main/engine/exchange/frame-decoder.ts'
import { FRAME_BURST, FRAMES_PER_SECOND, MAX_OPEN_FRAME_BYTES } from '../../../main/engine/exchange/limits.ts'
import { MAX_BREACHES, Offenders } from '../../../main/engine/exchange/offenders.ts'

const indices = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('what a frame costs', () => {
  it.each<[string, Frame, number]>([
    ['a ping', { ping: { nonce: 1 } }, 1],
    ['one chunk gained', { have: { all: false, indices: [7] } }, 1],
    ['4,096 chunks gained', { have: { all: false, indices: indices(4_096) } }, 33],
    ['4,096 chunks wanted', { want: { indices: indices(4_096) } }, 33],
    ['128 chunks cancelled', { cancel: { indices: indices(128) } }, 2],
    ['127 chunks refused', { reject: { code: RejectCode.NOT_HELD, indices: indices(127) } }, 1],
    ['256 DAG nodes', { wantNodes: { request: 1, cids: new Array(256).fill(new Uint8Array(36)) } }, 17],
    ['fifty peers', { peers: { peers: new Array(50).fill({ id: new Uint8Array(), addresses: [] }) } }, 501],
    ['a choke', { choke: { choked: true } }, 10],
    ['interest', { interest: { interested: true, pace: 0 } }, 10],
  ])('[EX6] %s', (_what, frame, cost) => {
    expect(frameCost(frame)).toBe(cost)
  })

  it('[EX6] honest work stays far below: 30,000 small chunks a second, wanted, gained and told', () => {
    const perSecond = (30_000 / 1_024) * (frameCost({ want: { indices: indices(1_024) } }) * 2) + 35 * 8
    expect(perSecond).toBeLessThan(FRAMES_PER_SECOND / 2)
    expect(frameCost({ peers: { peers: new Array(50).fill({ id: new Uint8Array(), addresses: [] }) } })).toBeLessThan(
      FRAME_BURST / 10,
    )
  })
})

describe('the first frame', () => {
  const decoder = () => new FrameDecoder({ onFrame() {}, onPayload() {} }, MAX_OPEN_FRAME_BYTES)
  const open = (nameChars: number): Uint8Array =>
    encodeFrame({
      open: {
        root: new Uint8Array(36),
        client: 'c'.repeat(64),
        nodeName: '\u{1f41f}'.repeat(32),
        shareName: 'n'.repeat(nameChars),
        manifest: true,
      },
    })
  const bitfield = encodeFrame({ have: { all: false, bitfield: new Uint8Array(500_000), indices: [] } })

  it('[EX5] has room for every field at its limit, and not for much more', () => {
    decoder().push(open(255))
    expect(() => decoder().push(open(5_000))).toThrow(/the limit is 4096/)
  })

  it('[EX5] is the only one that is so limited', () => {
    expect(() => decoder().push(bitfield)).toThrow(/the limit is 4096/)
    const joined = decoder()
    joined.push(open(10))
    joined.push(bitfield)
  })
})

describe('breaches', () => {
  it(`[EX20] the ${MAX_BREACHES}rd within a minute puts a peer out; then the count begins anew`, () => {
    const offenders = new Offenders()
    expect([0, 1_000, 2_000].map((atMs) => offenders.breached('a', atMs))).toEqual([false, false, true])
    expect(offenders.breached('a', 3_000)).toBe(false)
  })

  it('[EX20] accidents that are far apart do not, nor those of others', () => {
    const offenders = new Offenders()
    for (let atMs = 0; atMs < 600_000; atMs += 31_000) expect(offenders.breached('a', atMs)).toBe(false)
    expect(offenders.breached('b', 600_000)).toBe(false)
  })

  it('[EX20] a crowd of offenders costs a bounded amount of memory', () => {
    const offenders = new Offenders()
    for (let peer = 0; peer < 10_000; peer++) offenders.breached(String(peer), peer)
    expect(offenders.size).toBeLessThanOrEqual(4_096)
  })
})
