/** The share sheet in states that are hard to reach: paused, failing, silent holders, copies, an engine that is lost. */
import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import { closingOf } from '../../../renderer/share/closing.ts'
import { holdersOf, isOnlyOurs, wholeCopiesElsewhere } from '../../../renderer/share/copies.ts'
import { ShareSheet } from '../../../renderer/share/share-sheet.tsx'
import { isUploadCopy } from '../../../renderer/share/upload-copy.ts'
import { rateOf, withSample } from '../../../renderer/share/use-rate.ts'
import { fractionOf, workOfJob } from '../../../renderer/share/work.ts'
import type { ImportJob, Peer, SwarmPeer } from '../../../shared/contract/model.ts'
import { NODE, renderInWindow, SHARE } from '../support/window.tsx'

const row = (peer: string, haveChunks: number, change: Partial<SwarmPeer> = {}): SwarmPeer =>
  ({
    root: SHARE.root,
    peer,
    name: `peer ${peer}`,
    path: 'lan',
    liveness: 'alive',
    haveChunks,
    routes: [],
    ...change,
  }) as SwarmPeer

const sheet = <ShareSheet sheet={{ kind: 'share', root: SHARE.root }} onClose={() => {}} />
const shares = (change = {}) => new Map([[SHARE.root, { ...SHARE, ...change }]])
const lanPeer = { peer: 'a', connected: true, shoal: true, path: 'lan' } as Peer

describe('[UI6] where it can be fetched', () => {
  test('nobody yet, then a peer of the network comes', () => {
    const drawn = renderInWindow(sheet, { replica: { shares: shares() } })
    expect(screen.getByText('Nobody else has come in sight yet.')).toBeTruthy()
    drawn.change({ peers: new Map([['a', lanPeer]]) })
    expect(screen.getByText('On this network.')).toBeTruthy()
    expect(screen.getByText('1 peer on your network is connected.')).toBeTruthy()
  })
  test('paused: nowhere, whoever is connected', () => {
    renderInWindow(sheet, { replica: { shares: shares({ state: 'paused' }), peers: new Map([['a', lanPeer]]) } })
    expect(screen.getByText('Nowhere: it is paused.')).toBeTruthy()
  })
  test('nothing is claimed while the engine is lost', () => {
    const drawn = renderInWindow(sheet, { replica: { shares: shares(), peers: new Map([['a', lanPeer]]) } })
    drawn.lose()
    expect(screen.queryByText('On this network.')).toBeNull()
    expect(screen.getAllByText('Not known while the engine does not answer.')).toHaveLength(2)
    expect(screen.queryByLabelText('yes')).toBeNull()
  })
})

describe('[UI7] copies', () => {
  test('the most complete first; silent ones are no copies that remain', () => {
    const holders = holdersOf({ chunkCount: 4 }, [
      row('half', 2),
      row('none', 0),
      row('gone', 4, { liveness: 'gone' }),
      row('silent', 4, { liveness: 'suspect' }),
      row('whole', 4),
    ])
    expect(holders.map(({ peer }) => peer)).toEqual(['silent', 'whole', 'half'])
    expect(wholeCopiesElsewhere(holders)).toBe(1)
  })
  test('"only yours" is said only of one whole copy that is here', () => {
    expect(isOnlyOurs({ availability: 1, haveChunks: 3, chunkCount: 3 })).toBe(true)
    expect(isOnlyOurs({ availability: 1, haveChunks: 2, chunkCount: 3 })).toBe(false)
    expect(isOnlyOurs({ availability: 2, haveChunks: 3, chunkCount: 3 })).toBe(false)
  })
  test('a fraction is never rounded up to all of it', () => {
    const swarm = new Map([[SHARE.root, new Map([['a', row('a', 999)]])]])
    renderInWindow(sheet, { replica: { shares: shares({ chunkCount: 1000, haveChunks: 1000 }), swarm } })
    expect(screen.getByText('99%')).toBeTruthy()
  })
})

test.each([
  ['daemon', 'browser', false, true],
  ['background', 'electron', true, true],
  ['quits', 'electron', true, false],
  ['quits', 'electron', false, true],
] as const)('[UI8] closing means %s', (expected, kind, background, keepInBackground) => {
  expect(closingOf({ kind, background }, { keepInBackground })).toBe(expected)
})

describe('[UI5] progress', () => {
  const job: ImportJob = { job: 'j', path: '/a', state: 'walking', files: 3, totalBytes: 10, doneBytes: 0, skipped: [] }
  test('has no fraction before the whole is known', () => {
    expect(fractionOf(workOfJob(job))).toBeUndefined()
    expect(fractionOf(workOfJob({ ...job, state: 'hashing', doneBytes: 5 }))).toBe(0.5)
    expect(fractionOf(workOfJob({ ...job, state: 'hashing', totalBytes: 0 }))).toBe(1)
  })
  test('speed is measured over the last seconds, or not told', () => {
    const first = withSample([], { atMs: 0, bytes: 0 })
    expect(rateOf(first)).toBeUndefined()
    expect(rateOf(withSample(first, { atMs: 100, bytes: 1e6 }))).toBeUndefined()
    const later = withSample(withSample(first, { atMs: 1_000, bytes: 2e6 }), { atMs: 2_000, bytes: 3e6 })
    expect(rateOf(later)).toBe(1.5e6)
    expect(rateOf(withSample(later, { atMs: 5_500, bytes: 3e6 }))).toBe(0)
    expect(withSample(later, { atMs: 2_100, bytes: 1 })).toHaveLength(1)
  })
  test('what failed says why, and that nothing is shared', () => {
    renderInWindow(<ShareSheet sheet={{ kind: 'share-job', job: 'j' }} onClose={() => {}} />, {
      replica: {
        jobs: new Map([['j', { ...job, state: 'failed', error: { code: 'PATH_UNREADABLE', message: 'No: /a/x.' } }]]),
      },
    })
    expect(screen.getByRole('alert').textContent).toBe('This file or folder cannot be read. No: /a/x.')
  })
  test('what was left out is listed with its reason', async () => {
    const done: ImportJob = { ...job, state: 'done', root: SHARE.root, skipped: [{ path: 'l', reason: 'symlink' }] }
    renderInWindow(sheet, { replica: { shares: shares(), jobs: new Map([['j', done]]) } })
    expect(screen.getByText('1 entry was left out')).toBeTruthy()
    expect(screen.getByText('a link to elsewhere')).toBeTruthy()
  })
})

describe('[UI17] to stop sharing', () => {
  test('asks first, says what others keep, and never deletes the files of a share in place', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    const swarm = new Map([[SHARE.root, new Map([['a', row('a', 3)]])]])
    renderInWindow(sheet, { api: { remove }, replica: { shares: shares(), swarm } })
    await user.click(screen.getByRole('button', { name: 'Stop sharing' }))
    const question = screen.getByRole('alertdialog', { name: 'Stop sharing this?' })
    expect(within(question).getByText(/Your files stay where they are/)).toBeTruthy()
    expect(within(question).getByText(/1 other peer has all of it/)).toBeTruthy()
    expect(within(question).queryByRole('checkbox')).toBeNull()
    expect(remove).not.toHaveBeenCalled()
    await user.click(within(question).getByRole('button', { name: 'Stop sharing' }))
    expect(remove).toHaveBeenCalledWith({ root: SHARE.root, withData: false })
  })
  test('a copy that was made for a drop goes along, unless it is to stay', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    const path = `${NODE.profile}/uploads/${'a'.repeat(32)}/photos`
    renderInWindow(sheet, { api: { remove }, replica: { shares: shares({ path }) } })
    await user.click(screen.getByRole('button', { name: 'Stop sharing' }))
    const question = screen.getByRole('alertdialog', { name: 'Stop sharing this?' })
    expect(within(question).getByRole<HTMLInputElement>('checkbox').checked).toBe(true)
    await user.click(within(question).getByRole('button', { name: 'Stop sharing' }))
    expect(remove).toHaveBeenCalledWith({ root: SHARE.root, withData: true })
  })
  test.each([
    ['/home/u/.shoal/uploads/1/x', 'in-place', true],
    ['/home/u/.shoal/uploads', 'in-place', false],
    ['/home/u/.shoal/uploads/1/x', 'fetched', false],
    ['/home/u/uploads/1/x', 'in-place', false],
  ] as const)('%s (%s) is a copy: %s', (path, origin, expected) => {
    expect(isUploadCopy({ path, origin }, '/home/u/.shoal')).toBe(expected)
  })
})

test('[UI10] an announcement tells who keeps it, and that nobody does', () => {
  const announcements = [
    { route: 'lan-dht', state: 'announced', peers: 2, lastAt: Date.now() - 120_000 },
    { route: 'internet-dht', state: 'announced', peers: 0 },
  ]
  renderInWindow(sheet, { replica: { shares: shares({ announcements }) } })
  expect(screen.getByText(/2 peers keep the record/)).toBeTruthy()
  expect(screen.getByText(/2 minutes ago/)).toBeTruthy()
  expect(screen.getByText(/nobody is there yet who could keep the record/)).toBeTruthy()
})
