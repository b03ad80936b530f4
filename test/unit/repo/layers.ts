/**
 * The import layers of docs/ARCHITECTURE.md as a table, and the check of one file against it. A row says which of our
 * folders a folder may import, which packages and which of Node's modules, and why: the reason is what a failing test
 * says. A folder always may import itself.
 */
import { importsOf, type SourceFile, withoutComments } from './sources.ts'

export interface Layer {
  readonly folder: string
  /** Folders and files of ours, by the beginning of their path. */
  readonly mayImport: readonly string[]
  /** Of these, only types (`import type`). */
  readonly mayImportTypesOf?: readonly string[]
  /** 'any', or the packages (a name ending in `*` is a beginning) at run time; types of any package are free unless forbidden. */
  readonly packages: 'any' | readonly string[]
  readonly builtins: 'any' | readonly string[]
  /** Decides without clocks, timers and randomness of its own. */
  readonly pure?: boolean
  readonly reason: string
}

const E = 'main/engine/'
const CONTENT = `${E}content/`
/** What flows/ may use: all of the engine but engine.ts, which is above it. */
const PARTS = ['content', 'exchange', 'liveness', 'network', 'routing', 'store', 'swarm', 'telemetry', 'transfer']

/** Never in shared/, not even as types: it is loaded in a browser and belongs to no engine. */
const FOREIGN_TO_SHARED = /^(node:|electron$|react|libp2p$|@libp2p\/|@chainsafe\/|@types\/)/
const AMBIENT =
  /\b(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(|\bnew Date\(\s*\)/

/** The most specific row (longest folder) that a file lies in is the one that counts. */
export const LAYERS: readonly Layer[] = [
  {
    folder: 'shared/',
    mayImport: [],
    packages: ['zod', '@orpc/contract', '@orpc/client', '@orpc/standard-server-peer'],
    builtins: [],
    reason:
      'shared/ is loaded by the engine, the command line and the window alike: nothing of Node, Electron, libp2p or React, and nothing of ours',
  },
  {
    folder: CONTENT,
    mayImport: ['shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'content/ says what bytes are, whoever stores or carries them: it knows neither network nor database',
  },
  ...['liveness/', 'swarm/', 'transfer/'].map(
    (name): Layer => ({
      folder: `${E}${name}`,
      mayImport: [
        CONTENT,
        'shared/',
        ...(name === 'transfer/' ? [`${E}swarm/`, `${E}liveness/`] : name === 'swarm/' ? [`${E}liveness/`] : []),
      ],
      packages: [],
      builtins: [],
      pure: true,
      reason: `${name} decides and never acts: facts, \`now\` and chance come in as parameters, so that it runs in virtual time and every test can be repeated`,
    }),
  ),
  {
    folder: `${E}store/`,
    mayImport: [CONTENT, 'shared/'],
    packages: 'any',
    builtins: 'any',
    reason:
      'store/ keeps what it is given: if it knew of peers or transfers, a disk error and a network error could no longer be told apart',
  },
  {
    folder: `${E}telemetry/`,
    mayImport: ['shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'telemetry/ is told facts and never asks for them: else what is measured depends on the measuring',
  },
  {
    folder: `${E}network/`,
    mayImport: [CONTENT, 'shared/'],
    mayImportTypesOf: [`${E}telemetry/`],
    packages: 'any',
    builtins: 'any',
    reason: 'network/ builds the libp2p node and carries bytes: it does not know what a share or a download is',
  },
  {
    folder: `${E}routing/`,
    mayImport: [`${E}network/`, CONTENT, 'shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'routing/ finds peers for a CID; what is done with them is the business of flows/',
  },
  {
    folder: `${E}exchange/`,
    mayImport: [CONTENT, `${E}swarm/`, `${E}transfer/`, `${E}liveness/`, `${E}network/`, 'shared/'],
    packages: 'any',
    builtins: 'any',
    reason:
      'exchange/ speaks the wire protocol over any stream and hands on what it hears: no disk, no database, no routing',
  },
  {
    folder: `${E}flows/`,
    mayImport: [...PARTS.map((name) => `${E}${name}/`), 'shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'flows/ puts the parts together; it is the engine, so nothing outside the engine',
  },
  {
    folder: E,
    mayImport: ['shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'engine.ts, the one door, puts the parts together: nothing outside the engine',
  },
  {
    folder: 'main/daemon/',
    mayImport: [
      `${E}engine.ts`,
      `${E}store/profile-lock.ts`,
      `${E}store/make-folder.ts`,
      `${E}content/safe-name.ts`,
      `${E}telemetry/`,
      'shared/',
    ],
    packages: 'any',
    builtins: 'any',
    reason:
      'main/daemon/ is a thin shell: whatever it needs of the engine goes through engine.ts, or the Electron shell would have to write it again; the rules of names are pure and hold for dropped files as well, and the profile is made before there is an engine',
  },
  {
    folder: 'main/electron/engine/',
    mayImport: [
      'main/electron/',
      'main/daemon/',
      `${E}engine.ts`,
      `${E}store/profile-lock.ts`,
      `${E}telemetry/`,
      'shared/',
    ],
    packages: 'any',
    builtins: 'any',
    reason:
      "main/electron/engine/ is a daemon in a utility process: it uses the daemon's parts as they are, so that both serve the contract alike",
  },
  {
    folder: 'main/electron/smoke/',
    mayImport: ['main/electron/', `${E}engine.ts`, `${E}telemetry/`, 'shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'main/electron/smoke/ starts engines to see whether they work, through the one door that everybody uses',
  },
  {
    folder: 'main/electron/',
    mayImport: ['shared/'],
    packages: 'any',
    builtins: 'any',
    reason:
      'main/electron/ is a shell: the main process knows the engine through the contract only, like a window, and could not be quick if it loaded it',
  },
  {
    folder: 'cli/embedded.ts',
    mayImport: ['cli/', 'shared/', 'main/daemon/'],
    packages: 'any',
    builtins: 'any',
    reason:
      'the one door from the command line to an engine in its own process (used when no daemon runs) leads to main/daemon/ and no further',
  },
  {
    folder: 'cli/',
    mayImport: ['shared/'],
    packages: 'any',
    builtins: 'any',
    reason: 'the command line is a client of the contract like any other: what it can do, every client can do',
  },
  {
    folder: 'renderer/',
    mayImport: ['shared/'],
    packages: 'any',
    builtins: [],
    reason:
      'renderer/ is loaded by a browser and knows the engine through the contract only: what it needs of the engine goes into shared/contract, what it needs of the desktop into shared/shell',
  },
  {
    folder: 'scripts/',
    mayImport: [],
    packages: ['rolldown', 'vite', 'playwright-core'],
    builtins: 'any',
    reason: 'scripts/ run before anything is installed or built, on an old Node',
  },
]

/** What one file breaks, as sentences with the reason; empty when it keeps to its layer. */
export function layerBreaches(file: SourceFile, layers: readonly Layer[] = LAYERS): string[] {
  const layer = layers
    .filter((row) => file.path.startsWith(row.folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0]
  if (layer === undefined)
    return [`${file.path} lies in no folder of the table in test/unit/repo/layers.ts: give its folder a row`]
  const breaches: string[] = []
  for (const { target, kind, typeOnly } of importsOf(file)) {
    const allowed = {
      ours: () => mayImportOurs(layer, target, typeOnly),
      package: () => mayUse(layer.packages, target, typeOnly),
      builtin: () => mayUse(layer.builtins, target, typeOnly),
    }
    const foreign = layer.folder === 'shared/' && FOREIGN_TO_SHARED.test(target)
    if (foreign || !allowed[kind]()) breaches.push(`${file.path} imports ${target}, but ${layer.reason}`)
  }
  const ambient = layer.pure === true ? AMBIENT.exec(withoutComments(file.text)) : null
  if (ambient !== null) breaches.push(`${file.path} calls ${ambient[0]}…, but ${layer.reason}`)
  return breaches
}

function mayImportOurs(layer: Layer, target: string, typeOnly: boolean): boolean {
  const folders = typeOnly ? [...layer.mayImport, ...(layer.mayImportTypesOf ?? [])] : layer.mayImport
  return (
    target.startsWith(layer.folder.endsWith('/') ? layer.folder : `${layer.folder}\0`) ||
    folders.some((folder) => target.startsWith(folder))
  )
}

function mayUse(names: 'any' | readonly string[], target: string, typeOnly: boolean): boolean {
  return typeOnly || names === 'any' || names.includes(target)
}
