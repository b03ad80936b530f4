/** Where the repository is. Nothing else: paths are made from here so that every script may be run from any folder. */
import { fileURLToPath } from 'node:url'

const ROOT_URL = new URL('../../', import.meta.url)

export const ROOT = fileURLToPath(ROOT_URL)

/** @param {string} path '/'-separated, relative to the repository */
export function fromRoot(path) {
  return fileURLToPath(new URL(path, ROOT_URL))
}
