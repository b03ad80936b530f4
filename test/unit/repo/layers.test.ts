/** Imports point downward only. The table with the reasons is layers.ts; here it is held against every source file. */
import { describe, expect, it } from 'vitest'
import { layerBreaches } from './layers.ts'
import { importsOf, sourceFiles } from './sources.ts'

const files = sourceFiles(['main', 'shared', 'cli', 'renderer', 'scripts'], ['.ts', '.tsx', '.mjs'])

describe('import layers', () => {
  it('hold in every source file', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(files.flatMap((file) => layerBreaches(file))).toEqual([])
  })

  it.each([
    ['shared/contract/x.ts', `import { readFile } from 'node:fs'`, 'nothing of Node'],
    ['shared/contract/x.ts', `import type { PeerId } from '@libp2p/interface'`, 'nothing of Node'],
    ['main/engine/content/x.ts', `import { openDatabase } from '../store/database.ts'`, 'neither network nor database'],
    [
      'main/engine/transfer/x.ts',
      `import type {\n  A,\n  B,\n} from '../exchange/session.ts'`,
      'decides and never acts',
    ],
    ['main/engine/transfer/x.ts', `const at = Date.now()`, 'decides and never acts'],
    ['main/engine/swarm/x.ts', `export { a } from '../transfer/download.ts'`, 'decides and never acts'],
    ['main/engine/liveness/x.ts', `import { createHash } from 'node:crypto'`, 'decides and never acts'],
    ['main/engine/network/x.ts', `import { logger } from '../telemetry/logger.ts'`, 'carries bytes'],
    ['main/engine/exchange/x.ts', `const { a } = await import('../store/database.ts')`, 'no disk'],
    ['main/daemon/x.ts', `import { shareFile } from '../engine/flows/share-file.ts'`, 'thin shell'],
    ['cli/x.ts', `import { start } from '../main/daemon/start.ts'`, 'client of the contract'],
    ['main/engine/flows/x.ts', `import '../../../cli/main.ts'`, 'nothing outside the engine'],
    ['main/engine/flows/x.ts', `import { createEngine } from '../engine.ts'`, 'nothing outside the engine'],
    ['main/engine/engine.ts', `import { startDaemon } from '../daemon/start.ts'`, 'nothing outside the engine'],
    ['elsewhere/x.ts', `export const a = 1`, 'no folder of the table'],
  ])('a breach is found: %s with %s', (path, text, reason) => {
    expect(layerBreaches({ path, text })).toEqual([expect.stringContaining(reason)])
  })

  it.each([
    ['main/engine/network/x.ts', `import type { Metrics } from '../telemetry/metrics.ts'`],
    ['main/engine/transfer/x.ts', `// asked with Date.now()\nimport type { Manifest } from '../content/manifest.ts'`],
    ['main/engine/engine.ts', `import { openStore } from './store/store.ts'`],
    ['main/daemon/x.ts', `import { createEngine } from '../engine/engine.ts'`],
    ['cli/embedded.ts', `const { start } = await import('../main/daemon/start.ts')`],
  ])('what is allowed passes: %s with %s', (path, text) => {
    expect(layerBreaches({ path, text })).toEqual([])
  })

  it('imports of every form are seen', () => {
    const text = [
      `import a, { b } from './a.ts'`,
      `import * as c from "./c.ts"`,
      `import type { D } from './d.ts'`,
      `import './e.ts'`,
      `export * from './f.ts'`,
      `export type { G } from './g.ts'`,
      `const h = () => import('./h.ts')`,
      `// import x from './comment.ts'`,
      `export const text = 'import'; const from = 'x'`,
    ].join('\n')
    expect(
      importsOf({ path: 'main/x.ts', text })
        .map(({ target, typeOnly }) => `${target}${typeOnly ? ' type' : ''}`)
        .sort(),
    ).toEqual(['main/a.ts', 'main/c.ts', 'main/d.ts type', 'main/e.ts', 'main/f.ts', 'main/g.ts type', 'main/h.ts'])
  })
})
