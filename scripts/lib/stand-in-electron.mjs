/**
 * A folder that stands in for an Electron distribution, for packing where none can be downloaded: the files that
 * electron-builder looks for, and a program that holds only the fuse wire, all fuses at their defaults, so that flipping
 * them can be checked. It starts nothing: a package made from it is for looking into.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @electron/fuses finds its wire by this text; version 1, then the number of fuses, then one character each. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron 45 ships them: run-as-node, NODE_OPTIONS, inspect, file: privileges and wasm trap handlers on. */
const DEFAULT_FUSES = '101100011'

/**
 * @param {string} folder
 * @param {string} version
 */
export function makeStandIn(folder, version) {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'), { recursive: true })
  const wire = Buffer.concat([
    Buffer.from(FUSE_SENTINEL, 'latin1'),
    Buffer.from([1, DEFAULT_FUSES.length]),
    Buffer.from(DEFAULT_FUSES, 'latin1'),
  ])
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/false\n'), wire, Buffer.from('\n')]), {
    mode: 0o755,
  })
  writeFileSync(join(folder, 'version'), version)
  writeFileSync(join(folder, 'LICENSE'), 'Stands in for Electron.\n')
  writeFileSync(join(folder, 'LICENSES.chromium.html'), '')
  for (const locale of ['en-US', 'pt-BR', 'es', 'de']) writeFileSync(join(folder, 'locales', `${locale}.pak`), '')
}
