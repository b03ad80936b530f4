/** Inside a folder or not, by the rules of both kinds of systems. */
import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { insideBy } from '../../../shared/inside.ts'

describe('a path is inside a folder', () => {
  test.each([
    ['/a/b', true],
    ['/a/b/', true],
    ['/a/b/c', true],
    ['/a/b/c/../../b/d', true],
    ['/a/b/..c', true],
    ['/a/b/..\\c', true],
    ['/a', false],
    ['/a/bc', false],
    ['/a/b/../c', false],
    ['/', false],
  ])('/a/b, %j: %j', (path, inside) => {
    expect(insideBy(posix)('/a/b', path)).toBe(inside)
  })

  test.each([
    ['C:\\a\\b', true],
    ['c:/A/b/c', true],
    ['C:\\a\\b\\..c', true],
    ['C:\\a', false],
    ['C:\\a\\bc', false],
    ['C:\\a\\b\\..\\c', false],
    ['D:\\a\\b', false],
    ['\\\\server\\a\\b', false],
  ])('C:\\a\\b, %j: %j', (path, inside) => {
    expect(insideBy(win32)('C:\\a\\b', path)).toBe(inside)
  })
})
