/**
 * Builds the window: renderer/ into dist/ui. Assets are named by their content; nothing is inlined, because the policy of
 * both shells allows neither inline scripts nor inline styles. Paths are relative: the same files are served by the daemon
 * at / and by the desktop app at app://shoal/.
 */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('renderer', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('dist/ui', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Read from the disk of this machine, not from a network.
    chunkSizeWarningLimit: 2_000,
    license: true,
  },
})
