/** What tests of the window do again and again: go to a screen, drop files, wait for the engine. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { ShareSummary } from '../../../shared/contract/model.ts'

/** A net for what hangs. */
export const WAIT_MS = 25_000

export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    globalThis.location.hash = to
  }, hash)
}

export interface DroppedFile {
  readonly name: string
  readonly base64: string
}

/** As a user drops files from the file manager: the same events, with real File objects. */
export async function drop(page: Page, files: readonly DroppedFile[]): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer()
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      data.items.add(new File([bytes], name))
    }
    return data
  }, files)
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('main', type, { dataTransfer: transfer })
}

export async function shareIn(api: EngineApi, root: string, state: ShareSummary['state']): Promise<ShareSummary> {
  await expect.poll(async () => (await api.share(root)).state, { timeout: WAIT_MS }).toBe(state)
  return api.share(root)
}

/** For hooks, where `expect.poll` may not be used. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('It never became so.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
