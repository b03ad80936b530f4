/**
 * What `npm test` consists of: the steps, in order. Each is one command line of a tool, run with Node 24. Steps of kind
 * 'tests' are vitest runs whose single tests are counted; the others count as one each.
 * `limitMs` is a safety net for a tool that hangs, several times what the step takes on two cores.
 */

/**
 * @typedef {object} Step
 * @property {string} name what `npm test -- <name>` selects
 * @property {string} title
 * @property {'check' | 'tests'} kind
 * @property {string} script the tool, relative to the repository
 * @property {readonly string[]} args
 * @property {Record<string, string>} [env]
 * @property {boolean} [runsBuild] whether dist/ is what it tests
 * @property {number} limitMs
 */

const MINUTE_MS = 60_000
const VITEST = 'node_modules/vitest/vitest.mjs'

/** Tests whose outcome could depend on the cipher; run a second time with the ciphers that Electron has. */
export const CIPHER_TESTS = ['test/unit/exchange/', 'test/unit/network/noise', 'test/e2e/transfer']

/** @type {readonly Step[]} */
export const STEPS = [
  {
    name: 'types',
    title: 'TypeScript, strict',
    kind: 'check',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', 'tsconfig.json'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'types-ui',
    title: 'TypeScript, strict: the window and its tests',
    kind: 'check',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', 'renderer/tsconfig.json'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'types-browser',
    title: 'TypeScript, strict: tests in a browser',
    kind: 'check',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', 'test/browser/tsconfig.json'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'lint',
    title: 'format and lint (biome)',
    kind: 'check',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'unused',
    title: 'unused files, exports and dependencies (knip)',
    kind: 'check',
    script: 'node_modules/knip/bin/knip.js',
    args: ['--no-progress'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'generated',
    title: 'generated code is what its source says',
    kind: 'check',
    script: 'scripts/generate-protobuf.mjs',
    args: ['--check'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'unit',
    title: 'unit and contract tests',
    kind: 'tests',
    script: VITEST,
    args: ['run', '--project', 'unit'],
    limitMs: 20 * MINUTE_MS,
  },
  {
    name: 'ui',
    title: 'pieces of the window, without a browser',
    kind: 'tests',
    script: VITEST,
    args: ['run', '--project', 'ui'],
    limitMs: 10 * MINUTE_MS,
  },
  {
    name: 'sim',
    title: 'simulations in virtual time',
    kind: 'tests',
    script: VITEST,
    args: ['run', '--project', 'sim'],
    limitMs: 20 * MINUTE_MS,
  },
  {
    name: 'build',
    title: 'bundle into dist/',
    kind: 'check',
    script: 'scripts/build.mjs',
    args: ['--all'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'e2e',
    title: 'real processes, real files, real sockets',
    kind: 'tests',
    script: VITEST,
    args: ['run', '--project', 'e2e'],
    runsBuild: true,
    limitMs: 40 * MINUTE_MS,
  },
  {
    name: 'browser',
    title: 'the window in a real Chromium, on real daemons',
    kind: 'tests',
    script: VITEST,
    args: ['run', '--project', 'browser'],
    runsBuild: true,
    limitMs: 40 * MINUTE_MS,
  },
  {
    name: 'electron',
    title: 'transfer tests with the ciphers of Electron',
    kind: 'tests',
    script: VITEST,
    args: ['run', '--project', 'unit', '--project', 'e2e', ...CIPHER_TESTS],
    env: { SHOAL_ELECTRON_CRYPTO: '1' },
    runsBuild: true,
    limitMs: 30 * MINUTE_MS,
  },
]

/** `npm run check`: seconds rather than minutes. */
export const FAST_STEPS = ['types', 'types-ui', 'types-browser', 'lint', 'unused', 'generated']
