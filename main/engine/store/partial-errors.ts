/** What somebody else can do to an unfinished download, as StoreErrors [ST17]. What the system says of a disk is errors.ts. */
import { StoreError } from './errors.ts'

export function removed(path: string): StoreError {
  return new StoreError('destination-missing', `The unfinished download ${path} was removed. It is begun again.`, {
    path,
    system: 'ENOENT',
    cause: 'unfinished-removed',
  })
}

export function tooShort(path: string, chunk: number): StoreError {
  const message = `The unfinished download ${path} was cut short by something else. The damaged parts are fetched again.`
  return new StoreError('destination-io', message, { path, cause: 'cut-short', lostChunks: [chunk] })
}
