/** What came and went of a peer: a long list scrolls, and the keyboard can do it. */
import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { PeerHistory } from '../../../renderer/peers/peer-history.tsx'
import { renderInWindow } from '../support/window.tsx'

test('[UI84] the history of a peer is a named region that takes the focus, the newest first', async () => {
  renderInWindow(<PeerHistory peer="a" />, {
    api: {
      peerHistory: async () => [
        { at: 1_000, kind: 'joined' },
        { at: 2_000, kind: 'left' },
      ],
    },
  })
  const region = await screen.findByRole('region', { name: 'Came and went' })
  region.focus()
  expect(document.activeElement).toBe(region)
  expect(
    within(region)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent?.match(/^(left|joined)/)?.[0]),
  ).toEqual(['left', 'joined'])
})
