/**
 * Bundles the window with vite, as vite.config.ts says, into dist/ui. It is built beside and moved in, the first page last:
 * a window that is opened meanwhile gets the old one or the new one, whole. Licences of what is in it come along.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { build } from 'vite'
import { putFile, removeStale } from './bundle-files.mjs'
import { fromRoot, ROOT } from './paths.mjs'

const NEXT = 'dist/.ui-next'
const INDEX = 'index.html'

/** @returns {Promise<string[]>} the files written, relative to dist/ */
export async function bundleUi() {
  // Whatever started us (a test runner says "test"): else React's slow development half is what is bundled.
  process.env.NODE_ENV = 'production'
  try {
    await build({
      configFile: fromRoot('vite.config.ts'),
      logLevel: 'warn',
      mode: 'production',
      build: { outDir: fromRoot(NEXT), emptyOutDir: true },
    })
    const built = readdirSync(fromRoot(NEXT), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(`${ROOT}${NEXT}/`.length).replaceAll('\\', '/'))
    const inOrder = [...built.filter((name) => name !== INDEX), INDEX]
    for (const name of inOrder) putFile(`ui/${name}`, readFileSync(fromRoot(`${NEXT}/${name}`)))
    const files = inOrder.map((name) => `ui/${name}`)
    removeStale('ui/assets/', files, /./)
    return files
  } finally {
    rmSync(fromRoot(NEXT), { recursive: true, force: true })
  }
}
