/** What the system said of an error, if it was the system. */
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { systemCode, systemCodeOrUnknown } from '../../../shared/system-code.ts'

function thrownBy(job: () => unknown): unknown {
  try {
    return job()
  } catch (error) {
    return error
  }
}

test.each([
  ['an error of the system', thrownBy(() => statSync('/not/there')), 'ENOENT'],
  ['another error', new Error('ENOENT'), undefined],
  ['an error with a number', Object.assign(new Error('cut off'), { code: 20 }), undefined],
  ['no error', { code: 'ENOENT' }, undefined],
  ['nothing', undefined, undefined],
])('%s', (_, error, code) => {
  expect(systemCode(error)).toBe(code)
  expect(systemCodeOrUnknown(error)).toBe(code ?? 'unknown')
})
