/** What is known of the way in from outside: asked only of a node that uses the internet, and only what it says now. */
import { screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { useNat } from '../../../renderer/model/reach-nat.ts'
import type { NetworkView } from '../../../shared/contract/network-view.ts'
import { NODE, renderInWindow } from '../support/window.tsx'

const VIEW: NetworkView = {
  at: 0,
  dhts: [],
  infrastructure: [],
  independence: 'alone',
  nat: { state: 'public', publicAddresses: [] },
}
const INTERNET = { ...NODE, network: 'internet' as const }

function Nat() {
  return <p>{useNat()?.state ?? 'nothing'}</p>
}

test('[UI1] what the node says is known until it does not answer, or does not use the internet any more', async () => {
  const drawn = renderInWindow(<Nat />, { replica: { node: INTERNET }, api: { network: async () => VIEW } })
  expect(await screen.findByText('public')).toBeTruthy()
  drawn.change({ node: NODE })
  expect(screen.getByText('nothing')).toBeTruthy()
  drawn.change({ node: INTERNET })
  expect(await screen.findByText('public')).toBeTruthy()
  drawn.lose()
  expect(screen.getByText('nothing')).toBeTruthy()
})

test('[UI1] nothing is known when the question fails, nor is it asked of a node that stays in its network', async () => {
  const network = vi.fn(async () => {
    throw new Error('No.')
  })
  const drawn = renderInWindow(<Nat />, { api: { network } })
  expect(network).not.toHaveBeenCalled()
  drawn.change({ node: INTERNET })
  await vi.waitFor(() => expect(network).toHaveBeenCalledOnce())
  expect(screen.getByText('nothing')).toBeTruthy()
})
