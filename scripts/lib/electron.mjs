/**
 * The Electron program of this clone: whether it is there, and getting it where that is possible. Never by requiring the
 * package, which would fetch it silently. A try that failed is remembered for a day, so that the next start does not wait.
 * Rule [DA27].
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fromRoot } from './paths.mjs'

const PACKAGE = 'node_modules/electron'
const FAILED = 'node_modules/.shoal-electron-not-fetched'
const FAILED_COUNTS_MS = 24 * 60 * 60_000
/** Whether the release can be reached at all is known by then. */
const PROBE_TIMEOUT_MS = 5_000
/** 110 MB over a slow line. */
const FETCH_TIMEOUT_MS = 4 * 60_000
/** A program that lacks a library ends within this time. */
const BROKEN_WITHIN_MS = 4_000

/** @returns {string | undefined} absolute path of the program */
export function electronProgram() {
  try {
    const path = fromRoot(`${PACKAGE}/dist/${readFileSync(fromRoot(`${PACKAGE}/path.txt`), 'utf8').trim()}`)
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

export function electronPackage() {
  return existsSync(fromRoot(`${PACKAGE}/install.js`))
}

export function fetchFailedLately(now = Date.now()) {
  const failed = statSync(fromRoot(FAILED), { throwIfNoEntry: false })
  return failed !== undefined && now - failed.mtimeMs < FAILED_COUNTS_MS
}

/**
 * @param {string} node
 * @param {(line: string) => void} say
 * @returns {Promise<string | undefined>} why it could not be had
 */
export async function fetchElectron(node, say) {
  const { version } = JSON.parse(readFileSync(fromRoot(`${PACKAGE}/package.json`), 'utf8'))
  const unreachable = await whyUnreachable(version)
  const why = unreachable ?? (await runInstall(node, version, say))
  if (why === undefined) rmSync(fromRoot(FAILED), { force: true })
  else writeFileSync(fromRoot(FAILED), `${why}\n`)
  return why
}

/**
 * Asked first, because the installer takes long to give up.
 * @param {string} version
 */
async function whyUnreachable(version) {
  const { ELECTRON_MIRROR, npm_config_electron_mirror: npmMirror, HTTPS_PROXY, https_proxy: proxy } = process.env
  if ([ELECTRON_MIRROR, npmMirror, HTTPS_PROXY, proxy].some((text) => text !== undefined && text !== ''))
    return undefined
  try {
    await fetch(`https://github.com/electron/electron/releases/download/v${version}/SHASUMS256.txt`, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    })
    return undefined
  } catch {
    return 'github.com cannot be reached'
  }
}

/**
 * @param {string} node
 * @param {string} version
 * @param {(line: string) => void} say
 * @returns {Promise<string | undefined>}
 */
function runInstall(node, version, say) {
  say(`Fetching Electron ${version} (about 110 MB, once) …`)
  return new Promise((resolve) => {
    const startedAt = Date.now()
    const child = spawn(node, [fromRoot(`${PACKAGE}/install.js`)], { stdio: ['ignore', 'inherit', 'ignore'] })
    const tick = setInterval(() => say(`… ${Math.round((Date.now() - startedAt) / 1000)} s`), 15_000)
    const limit = setTimeout(() => child.kill('SIGKILL'), FETCH_TIMEOUT_MS)
    const settle = (/** @type {string | undefined} */ why) => {
      clearInterval(tick)
      clearTimeout(limit)
      resolve(why)
    }
    child.once('error', (error) => settle(error.message))
    child.once('close', (code, signal) => {
      if (code === 0 && electronProgram() !== undefined) settle(undefined)
      else settle(signal === null ? `its installer failed (exit code ${code})` : 'it took too long')
    })
  })
}

/**
 * Runs the desktop app until it ends.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, broken: boolean }>} `broken`: it did not even start
 */
export function runElectron(program, args) {
  const env = { ...process.env }
  delete env['ELECTRON_RUN_AS_NODE']
  return new Promise((resolve) => {
    const startedAt = Date.now()
    const child = spawn(program, args, { env, stdio: 'inherit' })
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    for (const signal of signals) process.on(signal, pass)
    const settle = (/** @type {{ code: number, broken: boolean }} */ outcome) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(outcome)
    }
    child.once('error', () => settle({ code: 1, broken: true }))
    child.once('close', (code, signal) => {
      const failed = signal === null ? code !== 0 : signal !== 'SIGINT' && signal !== 'SIGTERM'
      settle({ code: code ?? 1, broken: failed && Date.now() - startedAt < BROKEN_WITHIN_MS })
    })
  })
}
