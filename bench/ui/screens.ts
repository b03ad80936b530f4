/** What is looked at, and how to get there. `before` does by hand what a person would to see the heaviest of it. */
import type { Page } from 'playwright-core'

export interface BenchScreen {
  readonly name: string
  readonly path: (root: string) => string
  readonly before?: (page: Page) => Promise<void>
}

/** The colourings stand in the second group of choices, in the order state, supplier, copies, age. */
async function colourBy(page: Page, at: number): Promise<void> {
  await page.getByRole('radiogroup').nth(1).getByRole('radio').nth(at).click()
}

export const SCREENS: readonly BenchScreen[] = [
  { name: 'Transfers, 50 rows', path: () => '/transfers' },
  { name: 'Chunks, 100,000 by state', path: (root) => `/transfers/${root}/chunks` },
  {
    name: 'Chunks, 100,000 by supplier',
    path: (root) => `/transfers/${root}/chunks`,
    before: (page) => colourBy(page, 1),
  },
  {
    name: 'Chunks, 100,000 by copies',
    path: (root) => `/transfers/${root}/chunks`,
    before: (page) => colourBy(page, 2),
  },
  { name: 'Swarm, 200 peers', path: (root) => `/transfers/${root}/swarm` },
  { name: 'Peers, 200 rows', path: (root) => `/transfers/${root}/peers` },
]
