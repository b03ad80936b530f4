/**
 * Generates the wire codec: main/engine/exchange/exchange.proto -> exchange.pb.js + exchange.pb.d.ts, with protons.
 *
 * protons writes TypeScript with namespaces, which Node's type stripping does not run, so its output goes once through
 * tsc. Both files are committed; `node scripts/generate-protobuf.mjs --check` fails when they are not what the .proto says.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'main/engine/exchange/exchange.proto')
const check = process.argv.includes('--check')
/** @param {string} name */
const bin = (name) => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name)
/**
 * @param {string} name
 * @param {readonly string[]} args
 */
const run = (name, args) => execFileSync(bin(name), args, { stdio: 'inherit', shell: process.platform === 'win32' })

// Inside the tree, so that the generated imports resolve against our node_modules.
const work = mkdtempSync(join(root, 'node_modules', '.generate-'))
try {
  run('protons', [source, '-o', work])
  writeFileSync(
    join(work, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'nodenext',
        declaration: true,
        outDir: 'out',
        rootDir: '.',
        skipLibCheck: true,
        types: [],
        strict: true,
      },
      files: ['exchange.ts'],
    }),
  )
  run('tsc', ['-p', join(work, 'tsconfig.json')])
  const banner = '// Generated from exchange.proto by scripts/generate-protobuf.mjs. Do not edit.\n'
  let stale = false
  for (const [from, to] of /** @type {const} */ ([
    ['exchange.js', 'exchange.pb.js'],
    ['exchange.d.ts', 'exchange.pb.d.ts'],
  ])) {
    const text = banner + readFileSync(join(work, 'out', from), 'utf8')
    const target = join(dirname(source), to)
    if (!check) writeFileSync(target, text)
    else if (readFileSync(target, 'utf8') !== text) {
      console.error(`${to} is not what exchange.proto generates: run node scripts/generate-protobuf.mjs`)
      stale = true
    }
  }
  if (stale) process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
