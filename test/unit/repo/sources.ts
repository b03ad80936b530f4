/**
 * The project's own sources as the repository's tests see them: files with their text, and what each imports. Imports are
 * read from the text, not resolved by a compiler; that is enough because ours are always relative, with their extension.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export interface SourceFile {
  /** '/'-separated, relative to the repository. */
  readonly path: string
  readonly text: string
}

export interface Import {
  /** Path of one of our files, relative to the repository; or a package's name; or `node:…`. */
  readonly target: string
  readonly kind: 'ours' | 'package' | 'builtin'
  /** `import type`: gone at run time. */
  readonly typeOnly: boolean
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Every file below `folders` whose name ends in one of `endings`; generated code left out. */
export function sourceFiles(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
      .filter((entry) => !/\.pb\.(d\.ts|js)$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .map((path) => ({ path, text: readText(path) })),
  )
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

export function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text)
  const found: Import[] = []
  for (const match of code.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[\w$*][^'"`;]*?|\{[^'"`;]*?)\sfrom\s+['"]([^'"]+)['"]/gm,
  )) {
    found.push(describeImport(file.path, match[2] ?? '', match[1] !== undefined))
  }
  for (const match of code.matchAll(/^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm)) {
    // `import('x').T` in a type position is counted as a run-time import: write `import type` instead.
    found.push(describeImport(file.path, match[1] ?? match[2] ?? '', false))
  }
  return found
}

function describeImport(from: string, specifier: string, typeOnly: boolean): Import {
  if (specifier.startsWith('.')) {
    return { target: join(dirname(from), specifier).split(sep).join('/'), kind: 'ours', typeOnly }
  }
  if (specifier.startsWith('node:')) return { target: specifier, kind: 'builtin', typeOnly }
  const parts = specifier.split('/')
  return { target: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), kind: 'package', typeOnly }
}
