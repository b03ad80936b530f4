/** Screens that are fetched: once, also before they are looked at, and again after they could not be. */
import { act, render, screen } from '@testing-library/react'
import { Suspense } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { loadScreen, Screen } from '../../../renderer/app/load-screen.tsx'

const Hello = ({ name }: { name: string }) => <p>Hello {name}</p>

describe('[UI87] a screen', () => {
  test('that was fetched ahead is drawn without asking again', async () => {
    const load = vi.fn(async () => Hello)
    const hello = loadScreen(load)
    await hello.view()
    await act(async () => {
      render(
        <Suspense fallback="…">
          <Screen of={hello} props={{ name: 'Ada' }} />
        </Suspense>,
      )
    })
    expect(screen.getByText('Hello Ada')).toBeTruthy()
    expect(load).toHaveBeenCalledTimes(1)
  })

  test('that could not be fetched fails once, and is tried again when it is looked at later', async () => {
    let nowMs = 0
    const load = vi.fn(async () => Hello)
    load.mockRejectedValueOnce(new Error('nobody serves it'))
    const hello = loadScreen(load, () => nowMs)
    const first = hello.view()
    await expect(first).rejects.toThrow('nobody serves it')
    // React draws again to learn of the failure: another promise would make it wait for ever.
    expect(hello.view()).toBe(first)
    nowMs += 1_000
    await expect(hello.view()).resolves.toBe(Hello)
    expect(load).toHaveBeenCalledTimes(2)
  })
})
