/** Things on their way to being a share: order, cancelling, failing. */
import { describe, expect, test } from 'vitest'
import { collectDropped, droppedFiles, TooManyFiles } from '../../../renderer/share/dropped.ts'
import { baseName, MAX_TASKS_AT_ONCE, ShareTasks, type TaskFacts } from '../../../renderer/share/share-tasks.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'

const job = (path: string): ImportJob => ({
  job: `job of ${path}`,
  path,
  state: 'walking',
  files: 0,
  totalBytes: 0,
  doneBytes: 0,
  skipped: [],
})

const importPaths = async ({ paths, name }: { paths: string[]; name: string }): Promise<ImportJob> => ({
  ...job(paths.join(' ')),
  together: { name, paths: paths.length },
})

const facts = (change: Partial<TaskFacts> = {}): TaskFacts => ({
  api: () => ({ importPath: async ({ path }) => job(path), importPaths }),
  upload: async () => '/profile/uploads/1/photo.jpg',
  ...change,
})

/** Resolves when all tasks are beyond `asking`. */
function settled(tasks: ShareTasks): Promise<void> {
  const isSettled = () =>
    tasks.store.getState().tasks.every(({ now }) => ['indexing', 'failed', 'cancelled'].includes(now.state))
  return new Promise((resolve) => {
    if (isSettled()) return resolve()
    const stop = tasks.store.subscribe(() => {
      if (!isSettled()) return
      stop()
      resolve()
    })
  })
}

const states = (tasks: ShareTasks) => tasks.store.getState().tasks.map(({ now }) => now)
const photo = new File(['12345'], 'photo.jpg')

describe('[UI16] what is dropped in a browser is copied first', () => {
  test('copied, with progress, then indexed where the copy lies', async () => {
    const tasks = new ShareTasks()
    const seen: unknown[] = []
    tasks.store.subscribe(() => seen.push(states(tasks)[0]))
    tasks.begin(
      [{ kind: 'copy', name: 'photo.jpg', files: [{ path: 'photo.jpg', file: photo }] }],
      facts({
        upload: async (_files, onProgress) => {
          onProgress(3)
          return '/copy/photo.jpg'
        },
      }),
    )
    await settled(tasks)
    expect(seen).toEqual([
      { state: 'waiting' },
      { state: 'copying', doneBytes: 0, totalBytes: 5, files: 1 },
      { state: 'copying', doneBytes: 3, totalBytes: 5, files: 1 },
      { state: 'asking' },
      { state: 'indexing', job: 'job of /copy/photo.jpg' },
    ])
  })

  test('cancelled while it is copied: nothing is shared', async () => {
    const tasks = new ShareTasks()
    let asked = 0
    const [id = ''] = tasks.begin(
      [{ kind: 'copy', name: 'photo.jpg', files: [{ path: 'photo.jpg', file: photo }] }],
      facts({
        api: () => {
          asked += 1
          return { importPath: async ({ path }) => job(path), importPaths }
        },
        upload: (_files, _onProgress, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
      }),
    )
    expect(tasks.isCopying).toBe(true)
    tasks.cancel(id)
    await settled(tasks)
    expect(states(tasks)).toEqual([{ state: 'cancelled' }])
    expect(asked).toBe(0)
  })
})

test('[UI4] one that fails does not hold up the next', async () => {
  const tasks = new ShareTasks()
  const refused = new ShoalError('PATH_MISSING', 'It is gone.')
  tasks.begin(
    [
      { kind: 'path', path: '/gone' },
      { kind: 'path', path: '/there' },
    ],
    facts({
      api: () => ({
        importPath: async ({ path }) => {
          if (path === '/gone') throw refused
          return job(path)
        },
        importPaths,
      }),
    }),
  )
  await settled(tasks)
  expect(states(tasks)).toEqual([
    { state: 'failed', error: refused },
    { state: 'indexing', job: 'job of /there' },
  ])
})

test('[UI4] an engine that is gone is a failure that says so', async () => {
  const tasks = new ShareTasks()
  tasks.begin([{ kind: 'path', path: '/a' }], facts({ api: () => undefined }))
  await settled(tasks)
  expect(states(tasks)[0]).toMatchObject({ state: 'failed', error: { code: 'NETWORK' } })
})

test('tasks do not pile up', async () => {
  const tasks = new ShareTasks()
  for (let i = 0; i < 6; i++) {
    tasks.begin(
      Array.from({ length: MAX_TASKS_AT_ONCE }, (_, n) => ({ kind: 'path' as const, path: `/${i}/${n}` })),
      facts(),
    )
    await settled(tasks)
  }
  expect(tasks.store.getState().tasks.length).toBeLessThanOrEqual(64)
})

test.each([
  ['/a/b', 'b'],
  ['/a/b/', 'b'],
  ['C:\\Users\\me\\Photos', 'Photos'],
  ['/', '/'],
])('%s is called %s', (path, name) => {
  expect(baseName(path)).toBe(name)
})

describe('[UI16] folders are walked', () => {
  const file = (fullPath: string): FileSystemEntry =>
    ({
      isFile: true,
      isDirectory: false,
      name: fullPath.split('/').at(-1) ?? '',
      fullPath,
      file: (done: (file: File) => void) => done(photo),
    }) as unknown as FileSystemEntry
  /** As browsers do: at most a hundred at a time, then none. */
  const folder = (fullPath: string, children: FileSystemEntry[]): FileSystemEntry =>
    ({
      isFile: false,
      isDirectory: true,
      name: fullPath.split('/').at(-1) ?? '',
      fullPath,
      createReader: () => {
        const left = [...children]
        return { readEntries: (done: (some: FileSystemEntry[]) => void) => done(left.splice(0, 100)) }
      },
    }) as unknown as FileSystemEntry

  test('all of a folder of more than a hundred, with paths that begin with its name', async () => {
    const many = Array.from({ length: 250 }, (_, n) => file(`/top/${n}.txt`))
    const dropped = await collectDropped([folder('/top', [...many, folder('/top/in', [file('/top/in/a')])])])
    expect(dropped.name).toBe('top')
    expect(new Set(dropped.files.map(({ path }) => path)).size).toBe(251)
    expect(dropped.files.every(({ path }) => path.startsWith('top/'))).toBe(true)
    expect(dropped.emptyFolders).toBe(0)
  })
  test('empty folders are counted', async () => {
    const dropped = await collectDropped([folder('/top', [folder('/top/e', []), file('/top/a')])])
    expect(dropped).toMatchObject({ emptyFolders: 1, files: [{ path: 'top/a' }] })
  })
  test('too many files are refused, not cut', async () => {
    await expect(collectDropped([file('/a'), file('/b'), file('/c')], 2)).rejects.toThrow(TooManyFiles)
  })
  test('files without entries', () => {
    expect(droppedFiles([photo])).toMatchObject({ name: 'photo.jpg', files: [{ path: 'photo.jpg' }], emptyFolders: 0 })
  })
})
