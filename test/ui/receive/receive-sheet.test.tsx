/** The receive sheet against an engine whose answers come when the test says so. */
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { StrictMode } from 'react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { loadFiles } from '../../../renderer/model/share-files.ts'
import { linkIn } from '../../../renderer/receive/link-shape.ts'
import { readinessOf } from '../../../renderer/receive/readiness.ts'
import { ReceiveSheet } from '../../../renderer/receive/receive-sheet.tsx'
import { sourcesOf } from '../../../renderer/receive/sources.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { FileEntry, ShareSummary, SwarmPeer } from '../../../shared/contract/model.ts'
import type { DestinationPlan } from '../../../shared/contract/network-view.ts'
import { renderInWindow, SHARE, withLayout } from '../support/window.tsx'

const { path: _path, totalBytes: _total, fileCount: _files, chunkCount: _chunks, ...bare } = SHARE
const RESOLVING: ShareSummary = {
  ...bare,
  origin: 'fetched',
  state: 'resolving',
  haveChunks: 0,
  claimedBytes: 5_000_000,
}
const READY: ShareSummary = { ...RESOLVING, state: 'ready', totalBytes: 3_000_000, fileCount: 2, chunkCount: 3 }
const PLAN: DestinationPlan = {
  destination: '/home/u/Downloads',
  exists: true,
  writable: true,
  freeBytes: 9e9,
  neededBytes: 3_000_000,
  name: 'photos',
  nameTaken: false,
}
const FILES: FileEntry[] = ['a.txt', 'b.txt'].map((path, index) => ({
  index,
  path,
  sizeBytes: 1_500_000,
  haveBytes: 0,
  selected: true,
}))
const one = (share: ShareSummary) => new Map([[share.root, share]])
const files = async () => ({ total: 2, files: FILES })

beforeEach(withLayout)

describe('[UI11] a link', () => {
  test('is opened at once, and once, however often the sheet is drawn', async () => {
    const openLink = vi.fn(async () => RESOLVING)
    renderInWindow(
      <StrictMode>
        <ReceiveSheet link="shoal:x" onClose={() => {}} />
      </StrictMode>,
      { api: { openLink }, replica: { shares: one(RESOLVING) } },
    )
    expect(openLink).toHaveBeenCalledExactlyOnceWith({ link: 'shoal:x' })
    await waitFor(() => expect(screen.getByRole('dialog', { name: 'photos' })).toBeTruthy())
  })

  test('[UI88] that is being opened leaves the focus where it was, and Escape turns away', async () => {
    const user = userEvent.setup()
    const onClose = vi.fn()
    renderInWindow(<ReceiveSheet link="" onClose={onClose} />, { api: { openLink: () => new Promise(() => {}) } })
    const field = await screen.findByRole('textbox', { name: 'Link' })
    await user.type(field, 'shoal:x{Enter}')
    expect(await screen.findByRole('button', { name: 'Opening…' })).toBeTruthy()
    expect(document.activeElement).toBe(field)
    await user.keyboard('{Escape}')
    expect(onClose).toHaveBeenCalledTimes(1)
  })

  test('that is malformed is explained beside its field, until it is changed', async () => {
    const user = userEvent.setup()
    const openLink = async () => {
      throw new ShoalError('LINK_INVALID', 'English.', { reason: 'cid-syntax' })
    }
    renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, { api: { openLink } })
    const reason = await screen.findByText(/part of its CID is missing/)
    const field = screen.getByRole('textbox', { name: 'Link' })
    expect(field.getAttribute('aria-describedby')).toContain(reason.closest('[id]')?.id)
    await user.type(field, 'y')
    expect(screen.queryByText(/part of its CID is missing/)).toBeNull()
  })

  test('tells its size as a claim until the manifest is here', async () => {
    const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, {
      api: { openLink: async () => RESOLVING, files, planDownload: async () => PLAN },
    })
    drawn.change({ shares: one(RESOLVING) })
    expect(await screen.findByText('the link says so')).toBeTruthy()
    expect(screen.getByText('5.00 MB')).toBeTruthy()
    drawn.change({ shares: one(READY) })
    expect(screen.getByText('verified')).toBeTruthy()
    expect(screen.getByText('3.00 MB')).toBeTruthy()
  })

  test('turned away from is removed when only it brought the share', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    const onClose = vi.fn()
    const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={onClose} />, {
      api: { openLink: async () => RESOLVING, remove },
    })
    drawn.change({ shares: one(RESOLVING) })
    await screen.findByRole('button', { name: 'Download everything' })
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(onClose).toHaveBeenCalled()
    expect(remove).toHaveBeenCalledExactlyOnceWith({ root: SHARE.root, withData: false })
  })

  test('turned away from is kept when the share was there before', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, {
      api: { openLink: async () => RESOLVING, remove },
      replica: { shares: one(RESOLVING) },
    })
    await screen.findByRole('button', { name: 'Download everything' })
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(remove).not.toHaveBeenCalled()
  })

  test('turned away from before the engine has answered is removed when it does', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    const answer = Promise.withResolvers<ShareSummary>()
    renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, {
      api: { openLink: () => answer.promise, remove },
    })
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(remove).not.toHaveBeenCalled()
    answer.resolve(RESOLVING)
    await waitFor(() => expect(remove).toHaveBeenCalledExactlyOnceWith({ root: SHARE.root, withData: false }))
  })

  test('of something that is here leads there', async () => {
    const onClose = vi.fn()
    const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={onClose} />, {
      api: { openLink: async () => SHARE },
      replica: { shares: one(SHARE) },
    })
    await waitFor(() => expect(drawn.location()).toBe(`/transfers/${SHARE.root}`))
    expect(onClose).toHaveBeenCalledOnce()
    expect(await screen.findByText('“photos” is here already')).toBeTruthy()
  })
})

describe('[UI12] the start', () => {
  test('before the manifest is known fetches all of it', async () => {
    const user = userEvent.setup()
    const start = vi.fn(async () => RESOLVING)
    const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, {
      api: { openLink: async () => RESOLVING, start },
    })
    drawn.change({ shares: one(RESOLVING) })
    await user.click(await screen.findByRole('button', { name: 'Download everything' }))
    expect(start).toHaveBeenCalledWith({ root: SHARE.root, sequential: false })
    expect(drawn.location()).toBe(`/transfers/${SHARE.root}`)
  })

  test('fetches what is chosen, and the plan is asked anew for it', async () => {
    const user = userEvent.setup()
    const start = vi.fn(async () => READY)
    const planDownload = vi.fn(async () => PLAN)
    const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, {
      api: { openLink: async () => READY, start, files, planDownload },
    })
    drawn.change({ shares: one(READY) })
    const item = await screen.findByRole('treeitem', { name: /a\.txt/ })
    await user.click(item)
    await waitFor(() => expect(planDownload).toHaveBeenLastCalledWith({ root: SHARE.root, select: [1] }))
    await user.click(screen.getByRole('button', { name: 'Download 1.50 MB' }))
    expect(start).toHaveBeenCalledWith({ root: SHARE.root, sequential: false, select: [1] })
  })

  test('that fails is told, and the sheet stays', async () => {
    const user = userEvent.setup()
    const onClose = vi.fn()
    const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={onClose} />, {
      api: {
        openLink: async () => RESOLVING,
        start: async () => {
          throw new ShoalError('PATH_MISSING', 'Gone.')
        },
      },
    })
    drawn.change({ shares: one(RESOLVING) })
    await user.click(await screen.findByRole('button', { name: 'Download everything' }))
    expect(await screen.findByText(/does not exist/)).toBeTruthy()
    expect(onClose).not.toHaveBeenCalled()
  })

  test.each([
    ['all is well', {}, { can: true }],
    ['no folder', { exists: false, writable: false }, { can: false, why: 'missing' }],
    ['no right', { writable: false }, { can: false, why: 'not-writable' }],
    ['little room', { freeBytes: 5 }, { can: true, warning: 'little-room' }],
    ['name taken', { nameTaken: true }, { can: true, warning: 'name-taken' }],
  ] as const)('%s', (_, change, expected) => {
    const plan = { ...PLAN, ...change }
    expect(readinessOf({ hasEngine: true, chosenFiles: undefined, plan, planFailed: false })).toEqual(expected)
  })
  test.each([
    ['nothing-chosen', { chosenFiles: 0 }],
    ['no-engine', { hasEngine: false }],
    ['no-plan', { planFailed: true }],
  ] as const)('%s forbids it', (why, change) => {
    const asked = { hasEngine: true, chosenFiles: 2, plan: PLAN, planFailed: false, ...change }
    expect(readinessOf(asked)).toEqual({ can: false, why })
  })
})

test('[UI12] a taken name and the name it gets instead', async () => {
  const drawn = renderInWindow(<ReceiveSheet link="shoal:x" onClose={() => {}} />, {
    api: {
      openLink: async () => READY,
      files,
      planDownload: async () => ({ ...PLAN, nameTaken: true, name: 'photos (2)' }),
    },
  })
  drawn.change({ shares: one(READY) })
  expect(await screen.findByText(/This will be called “photos \(2\)”/)).toBeTruthy()
  expect(within(screen.getByRole('dialog')).getByText('3.00 MB needed; 9.00 GB free there.')).toBeTruthy()
})

test('[UI12] a source that has not told what it has is not called empty', () => {
  const row = {
    peer: 'a',
    name: 'A',
    path: 'lan',
    routes: ['mdns'],
    haveChunks: 0,
    liveness: 'alive',
  } as unknown as SwarmPeer
  expect(sourcesOf({ chunkCount: 4 }, [row])[0]?.fraction).toBeUndefined()
  expect(sourcesOf({ chunkCount: 4 }, [{ ...row, haveChunks: 1 }])[0]?.fraction).toBe(0.25)
  expect(sourcesOf({ chunkCount: 4 }, [{ ...row, liveness: 'gone' }])).toEqual([])
})

test('[UI13] files come page by page, and a list that ends early ends', async () => {
  const asked: number[] = []
  const engineWith = (total: number) => ({
    files: async ({ offset }: { offset: number }) => {
      asked.push(offset)
      return { total, files: offset >= 4 ? [] : FILES }
    },
  })
  const { signal } = new AbortController()
  const loaded = await loadFiles(engineWith(4), 'r', signal)
  expect(loaded.files).toHaveLength(4)
  expect(asked).toEqual([0, 2])
  expect((await loadFiles(engineWith(9), 'r', signal)).files).toHaveLength(4)
})

describe('[UI3] what looks like a link', () => {
  const cid = `b${'a2'.repeat(29)}`
  test.each([
    ['shoal:bafy?dn=x', 'shoal:bafy?dn=x'],
    ['  "SHOAL:BAFY"\n', 'SHOAL:BAFY'],
    [`<ipfs://${cid}>`, `ipfs://${cid}`],
    [cid, cid],
  ])('%j', (text, link) => {
    expect(linkIn(text)).toBe(link)
  })
  test.each(['hello', 'https://example.org/', 'shoal: two words', 'hunter2', '', `shoal:${'x'.repeat(9_000)}`])(
    'not %j',
    (text) => {
      expect(linkIn(text)).toBeUndefined()
    },
  )
})
