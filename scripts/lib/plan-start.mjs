/**
 * What `npm start` opens, decided from what was found on this machine: the desktop app where it can run, else a window in a
 * browser (which browser, the daemon decides when it serves), else nothing but the node. Pure; the reason is one line.
 * Rule [DA27].
 */

/**
 * @typedef {object} StartFacts
 * @property {'auto' | 'electron' | 'web' | 'headless'} wanted
 * @property {string} platform
 * @property {boolean} hasDisplay
 * @property {boolean} isRoot
 * @property {boolean} electronPackage whether the package is there that fetches the program
 * @property {boolean} electronProgram whether the program itself is there
 * @property {boolean} fetchFailedLately
 */

/**
 * @typedef {{ kind: 'headless' }
 *   | { kind: 'electron' }
 *   | { kind: 'fetch-electron' }
 *   | { kind: 'web', because?: string }
 *   | { kind: 'refuse', because: string }} StartPlan
 */

/**
 * @param {StartFacts} facts
 * @returns {StartPlan}
 */
export function planStart(facts) {
  if (facts.wanted === 'headless') return { kind: 'headless' }
  if (facts.wanted === 'web') return { kind: 'web' }
  const obstacle = obstacleTo(facts)
  if (obstacle !== undefined) {
    if (facts.wanted === 'electron')
      return { kind: 'refuse', because: `${obstacle} \`npm start -- --web\` does without the desktop app.` }
    // What hinders a browser as well, the node says when it opens none.
    return mayShowWindows(facts) ? { kind: 'web', because: obstacle } : { kind: 'web' }
  }
  return { kind: facts.electronProgram ? 'electron' : 'fetch-electron' }
}

/** @param {StartFacts} facts */
function mayShowWindows({ hasDisplay, isRoot }) {
  return hasDisplay && !isRoot
}

/**
 * @param {StartFacts} facts
 * @returns {string | undefined}
 */
function obstacleTo({ wanted, platform, hasDisplay, isRoot, electronPackage, electronProgram, fetchFailedLately }) {
  if (!hasDisplay) return 'The desktop app needs a display, and there is none.'
  // Chromium inside Electron refuses to run as root unless its sandbox is given up.
  if (isRoot && platform === 'linux') return 'The desktop app is not run as root.'
  if (electronProgram) return undefined
  if (!electronPackage) return 'Electron is not installed.'
  if (fetchFailedLately && wanted !== 'electron')
    return 'Electron could not be fetched lately; `npm start -- --electron` tries again.'
  return undefined
}

/**
 * Which window is wanted, and the arguments that are left for the program.
 * @param {readonly string[]} argv
 * @returns {{ wanted: StartFacts['wanted'], rest: string[] }}
 */
export function readStartArguments(argv) {
  /** @type {StartFacts['wanted']} */
  let wanted = 'auto'
  const rest = []
  for (const word of argv) {
    if (word === '--electron') wanted = 'electron'
    else if (word === '--web') wanted = 'web'
    else if (word === '--headless') wanted = 'headless'
    else rest.push(word)
  }
  return { wanted, rest }
}

/**
 * Of these arguments, those that say which node is meant.
 * @param {readonly string[]} argv
 */
export function nodeArguments(argv) {
  const kept = []
  for (const [i, word] of argv.entries()) {
    const before = argv[i - 1] ?? ''
    if (/^--(profile|network)(=|$)/.test(word) || before === '--profile' || before === '--network') kept.push(word)
  }
  return kept
}
