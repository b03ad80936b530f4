/**
 * The test projects: `unit` (one piece at a time, with the contract suites), `ui` (pieces of the window in a document
 * without a browser), `sim` (many peers in virtual time), `e2e` (real processes and sockets, one file at a time) and
 * `browser` (a real Chromium on real daemons, likewise). Time limits are nets for what hangs; no test may count on them.
 * Every test process runs with SHOAL_NETWORK=local: what does not choose a network itself sends nothing off the machine.
 */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const electronCrypto = fileURLToPath(new URL('test/support/electron-crypto.mjs', import.meta.url))
const imitateElectron = process.env['SHOAL_ELECTRON_CRYPTO'] === '1'

const shared = {
  pool: 'forks' as const,
  // For the processes that tests start as well: NODE_OPTIONS is inherited.
  env: { SHOAL_NETWORK: 'local', ...(imitateElectron ? { NODE_OPTIONS: `--import=${electronCrypto}` } : {}) },
  execArgv: imitateElectron ? [`--import=${electronCrypto}`] : [],
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
          // They wait more than they compute: one worker fewer than cores, as is usual, would take twice the time.
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        plugins: [react()],
        test: {
          ...shared,
          name: 'ui',
          environment: 'happy-dom',
          include: ['test/ui/**/*.test.{ts,tsx}'],
          setupFiles: ['test/ui/support/setup.ts'],
          css: { modules: { classNameStrategy: 'non-scoped' } },
          testTimeout: 30_000,
        },
      },
      { test: { ...shared, name: 'sim', include: ['test/sim/**/*.test.ts'], maxWorkers: 2, testTimeout: 120_000 } },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
