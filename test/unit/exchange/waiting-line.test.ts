/** The line at a common limit: even parts for everybody, the limit kept, nothing lost when the limit changes. */
import { describe, expect, it } from 'vitest'
import { WaitingLine } from '../../../main/engine/exchange/waiting-line.ts'
import { TokenBucket } from '../../../main/engine/swarm/token-bucket.ts'
import { ManualClock, settle } from './support.ts'

interface Sender {
  sent: number
}

/** Starts a sender that always wants more, in parts of `bytes`. */
function send(line: WaitingLine, bytes: number, weight?: number): Sender {
  const sender: Sender = { sent: 0 }
  void (async () => {
    for (;;) {
      const turn = line.pass(sender, bytes, weight)
      if (turn !== undefined) await turn
      sender.sent += bytes
      // Without a limit it would never end.
      if (turn === undefined) await Promise.resolve()
      if (sender.sent > 1e9) return
    }
  })()
  return sender
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let elapsedMs = 0; elapsedMs < ms; elapsedMs += 5) {
    clock.advance(5)
    await settle()
  }
}

function make(rate: number): { clock: ManualClock; bucket: TokenBucket; line: WaitingLine } {
  const clock = new ManualClock()
  const bucket = new TokenBucket(rate)
  return { clock, bucket, line: new WaitingLine(bucket, clock) }
}

describe('a line at a limit', () => {
  it('[TR7] gives everybody an even part, whatever the size of their parts, and keeps to the limit', async () => {
    const { clock, line } = make(1e6)
    const senders = [send(line, 32_000), send(line, 200_000), send(line, 32_000), send(line, 64_000)]
    await pass(clock, 20_000)
    const total = senders.reduce((sum, { sent }) => sum + sent, 0)
    expect(total).toBeGreaterThan(19.5e6)
    expect(total).toBeLessThan(20.5e6)
    for (const { sent } of senders) expect(Math.abs(sent - total / 4)).toBeLessThan(0.05 * total)
  })

  it('[TR14] gives the sessions of shares parts by their weight', async () => {
    const { clock, line } = make(1e6)
    const [high, normal, low] = [send(line, 32_000, 9), send(line, 32_000, 3), send(line, 32_000, 1)]
    await pass(clock, 26_000)
    expect(high.sent / 18e6).toBeCloseTo(1, 1)
    expect(normal.sent / 6e6).toBeCloseTo(1, 1)
    expect(low.sent / 2e6).toBeCloseTo(1, 1)
  })

  it('[TR7] who comes later gets an even part from then on, not what it missed', async () => {
    const { clock, line } = make(1e6)
    const first = send(line, 50_000)
    await pass(clock, 10_000)
    const second = send(line, 50_000)
    const before = first.sent
    await pass(clock, 10_000)
    expect(Math.abs(first.sent - before - second.sent)).toBeLessThanOrEqual(200_000)
  })

  it('[TR7] a limit that is raised from 0 is noticed within 250 ms', async () => {
    const { clock, bucket, line } = make(0)
    const sender = send(line, 10_000)
    await pass(clock, 1_000)
    expect(sender.sent).toBe(0)
    bucket.setRate(1e6, clock.now())
    await pass(clock, 255)
    expect(sender.sent).toBeGreaterThan(0)
  })

  it('without a limit nobody waits', () => {
    const line = new WaitingLine(new TokenBucket(), new ManualClock())
    expect(line.pass({}, 1e9)).toBeUndefined()
    expect(line.pass({}, 1e9)).toBeUndefined()
  })
})
