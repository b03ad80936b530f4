/** The number of upload slots changed while peers wait for one. */
import { expect, test } from 'vitest'
import { SlotDealer } from '../../../main/engine/flows/slots.ts'

test('[SE3] another number of slots is dealt at once, up and down', () => {
  const open = new Set<string>()
  const sessions = new Map(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((remote) => {
      const session = {
        remote,
        isOpen: true,
        theyAreInterested: true,
        down: { rate: () => 0 },
        unchokedAtMs: undefined,
        waitingSinceMs: 0,
        isBarren: false,
        setChoked: (choked: boolean) => void (choked ? open.delete(remote) : open.add(remote)),
      }
      return [remote, session]
    }),
  )
  const share = { key: 'root', row: { priority: 'normal' }, exchange: { isServing: true, sessions } }
  let due: (() => void)[] = []
  const clock = {
    now: () => 0,
    after: (_ms: number, run: () => void) => {
      due.push(run)
      return () => {
        due = due.filter((other) => other !== run)
      }
    },
  }
  const deal = () => {
    for (const run of due.splice(0)) run()
  }
  // Of a share the dealer looks at these fields alone.
  const dealer = new SlotDealer(clock, () => [share as never], 1)
  dealer.changed()
  deal()
  // One more is optimistic.
  expect([open.size, dealer.count]).toEqual([2, 1])
  dealer.setCount(1)
  expect(due).toEqual([])
  dealer.setCount(3)
  deal()
  expect([open.size, dealer.count]).toEqual([4, 3])
  dealer.setCount(2)
  deal()
  expect([open.size, dealer.count]).toEqual([3, 2])
})
