/** Sources slow enough that a test can act in the middle of a download: 16 MB a second. */
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { Ground, Peer } from './daemon.ts'
import { makeFile } from './files.ts'
import { SEED } from './random.ts'
import { type Shared, share } from './shares.ts'

const MIB = 1024 * 1024

export interface Slow extends Shared {
  readonly source: Peer
  readonly digest: string
}

/** A file at a source that sends 16 MB a second. */
export async function slowFile(ground: Ground, sizeBytes: number, name = 'film.bin'): Promise<Slow> {
  const digest = makeFile(ground.path(name), sizeBytes, SEED)
  const source = await ground.peer('source', '--limit-up', '16MB/s')
  return { source, digest, ...(await share(source.api, ground.path(name))) }
}

export interface SlowFolder extends Shared {
  readonly source: Peer
  readonly digests: Readonly<Record<string, string>>
}

/** A folder of four files of 8 MiB and two small ones, likewise; digests by path. */
export async function slowFolder(ground: Ground): Promise<SlowFolder> {
  const digests: Record<string, string> = {}
  for (const name of ['1.bin', '2.bin', 'sub/3.bin', 'sub/4.bin']) {
    digests[name] = makeFile(ground.path('album', name), 8 * MIB, `${SEED} ${name}`)
  }
  for (const name of ['a.txt', 'sub/b.txt']) {
    digests[name] = makeFile(ground.path('album', name), 100, `${SEED} ${name}`)
  }
  const source = await ground.peer('source', '--limit-up', '16MB/s')
  return { source, digests, ...(await share(source.api, ground.path('album'))) }
}

export async function indicesOf(api: EngineApi, root: string, paths: readonly string[]): Promise<number[]> {
  const { files } = await api.files({ root, offset: 0, count: 100 })
  return paths.map((path) => {
    const found = files.find((file) => file.path === path)
    if (found === undefined) throw new Error(`no file ${path} among ${files.map((file) => file.path).join()}`)
    return found.index
  })
}
