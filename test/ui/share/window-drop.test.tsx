/** Dropping on the window: what becomes of files, links and of what is dropped elsewhere. */
import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { OpenRequests } from '../../../renderer/app/open-requests.tsx'
import { closeSheet, openSheet } from '../../../renderer/app/sheets.ts'
import { type Given, renderInWindow, SHARE } from '../support/window.tsx'

afterEach(() => act(closeSheet))

const photo = new File(['12345'], 'photo.jpg')

/** A drag as browsers tell of it. */
function drag(type: string, data: { files?: File[]; text?: string }, target: EventTarget = document.body): Event {
  const event = new Event(type, { bubbles: true, cancelable: true })
  Object.defineProperty(event, 'dataTransfer', {
    value: {
      files: data.files ?? [],
      items: [],
      types: [...(data.files === undefined ? [] : ['Files']), ...(data.text === undefined ? [] : ['text/plain'])],
      dropEffect: 'none',
      getData: (kind: string) => (kind === 'text/plain' ? (data.text ?? '') : ''),
    },
  })
  act(() => {
    target.dispatchEvent(event)
  })
  return event
}

const job = { job: 'j', path: '/p', state: 'walking' as const, files: 0, totalBytes: 0, doneBytes: 0, skipped: [] }
const draw = (given: Given) =>
  renderInWindow(
    <>
      <OpenRequests />
      <input aria-label="a field" />
    </>,
    given,
  )

describe('[UI16] the window', () => {
  test('says before that a browser copies, and stops saying it when the drag leaves', () => {
    draw({})
    drag('dragenter', { files: [photo] })
    drag('dragenter', { files: [photo] }, screen.getByLabelText('a field'))
    drag('dragleave', { files: [photo] })
    expect(screen.getByText(/first copied to the machine/)).toBeTruthy()
    drag('dragleave', { files: [photo] })
    expect(screen.queryByText(/first copied to the machine/)).toBeNull()
  })

  test('copies what is dropped in a browser, then shares the copy', async () => {
    const importPath = vi.fn(async () => job)
    const upload = vi.fn(async () => '/profile/uploads/1/photo.jpg')
    draw({ api: { importPath }, shell: { upload } })
    expect(drag('drop', { files: [photo] }).defaultPrevented).toBe(true)
    await waitFor(() => expect(importPath).toHaveBeenCalledExactlyOnceWith({ path: '/profile/uploads/1/photo.jpg' }))
    expect(await screen.findByRole('dialog', { name: 'photo.jpg' })).toBeTruthy()
  })

  test('shares what is dropped on the desktop app where it lies', async () => {
    const importPath = vi.fn(async () => job)
    draw({ api: { importPath }, shell: { pathsOf: () => ['/a'] }, capabilities: { drops: 'paths' } })
    drag('dragenter', { files: [photo] })
    expect(screen.getByText(/shared from where they are/)).toBeTruthy()
    drag('drop', { files: [photo] })
    await waitFor(() => expect(importPath).toHaveBeenCalledExactlyOnceWith({ path: '/a' }))
    expect(await screen.findByRole('dialog', { name: 'a' })).toBeTruthy()
  })

  test('[UI18] makes one share of several things that are dropped on the desktop app', async () => {
    const importPaths = vi.fn(async () => job)
    const pathsOf = () => ['/one/a.jpg', '/two/b.jpg', '/one/a.jpg', '/c']
    draw({ api: { importPaths }, shell: { pathsOf }, capabilities: { drops: 'paths' } })
    drag('drop', { files: [photo] })
    const paths = ['/one/a.jpg', '/two/b.jpg', '/c']
    await waitFor(() => expect(importPaths).toHaveBeenCalledExactlyOnceWith({ paths, name: 'a.jpg and 2 more' }))
    expect(await screen.findByRole('dialog', { name: 'a.jpg and 2 more' })).toBeTruthy()
  })

  test('opens a link that is dropped as text', async () => {
    const openLink = vi.fn(async () => SHARE)
    draw({ api: { openLink } })
    drag('drop', { text: ' shoal:bafy ' })
    await waitFor(() => expect(openLink).toHaveBeenCalledWith({ link: 'shoal:bafy' }))
  })

  test('takes nothing while a sheet is open, and does not let the browser open it either', () => {
    draw({ replica: { shares: new Map([[SHARE.root, SHARE]]) } })
    act(() => openSheet({ kind: 'share', root: SHARE.root }))
    drag('dragenter', { files: [photo] })
    expect(screen.queryByText(/Let go to share/)).toBeNull()
    expect(drag('drop', { files: [photo] }).defaultPrevented).toBe(true)
    expect(screen.getByRole('dialog', { name: 'photos' })).toBeTruthy()
  })

  test('takes files that are dropped onto a field: a browser would open them instead of the window', async () => {
    const importPath = vi.fn(async () => job)
    draw({ api: { importPath }, shell: { upload: async () => '/copy' } })
    expect(drag('drop', { files: [photo] }, screen.getByLabelText('a field')).defaultPrevented).toBe(true)
    await waitFor(() => expect(importPath).toHaveBeenCalled())
  })

  test('leaves text that is dropped into a field to the field', () => {
    draw({})
    expect(drag('drop', { text: 'shoal:bafy' }, screen.getByLabelText('a field')).defaultPrevented).toBe(false)
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

test('[UI4] what the system hands over is begun once', async () => {
  const importPath = vi.fn(async () => job)
  draw({
    api: { importPath },
    shell: {
      onOpen: (listener) => {
        queueMicrotask(() => act(() => listener({ links: [], paths: ['/from/the/system'] })))
        return () => {}
      },
    },
  })
  expect(await screen.findByRole('dialog', { name: 'system' })).toBeTruthy()
  expect(importPath).toHaveBeenCalledExactlyOnceWith({ path: '/from/the/system' })
})
