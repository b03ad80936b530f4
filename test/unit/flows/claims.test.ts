/** What a link says of a share, against what the share is. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MIB, Pond, share, untilShare } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

test('[LI3] the size in a link is a claim, until the manifest overrules it', async () => {
  pond.file('holiday/one.bin', MIB + 5, 'one')
  pond.file('holiday/two.bin', 7, 'two')
  const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
  const { link } = await share(source.api, pond.path('holiday'))
  const lying = link.replace(/xl=\d+/, 'xl=12')

  const opened = await sink.api.openLink({ link: lying })
  expect(opened).toMatchObject({ state: 'resolving', claimedBytes: 12 })
  expect(opened.totalBytes).toBeUndefined()
  const known = await untilShare(sink.api, opened.root, 'the manifest', ({ state }) => state === 'ready')

  expect(known).toMatchObject({ totalBytes: MIB + 12, wantedBytes: MIB + 12, fileCount: 2 })
})
