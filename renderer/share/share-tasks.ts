/**
 * Things on their way to being a share: copied to the engine's machine where a browser needs that, then handed to the
 * engine to be indexed. They live outside of any view, so that a closed sheet loses nothing; a reload of the page ends the
 * copies (the engine removes what came of them), never what the engine does. How far indexing is stands in the engine's
 * jobs, not here. Rules [UI4] [UI16].
 */
import { createStore } from 'zustand/vanilla'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import type { ShellApi, UploadFile } from '../../shared/shell/shell-api.ts'

/** Shares begun in one go. What is to have one link is one of them, whatever it is made of. */
export const MAX_TASKS_AT_ONCE = 24
/** Tasks remembered: the newest, and all that run. */
const MAX_TASKS = 64

export type TaskState =
  | { readonly state: 'waiting' }
  | { readonly state: 'copying'; readonly doneBytes: number; readonly totalBytes: number; readonly files: number }
  /** The engine is asked to index it. */
  | { readonly state: 'asking' }
  | { readonly state: 'indexing'; readonly job: string }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'cancelled' }

export interface ShareTask {
  readonly id: string
  readonly name: string
  /** Of several paths, where so few that each could have a link of its own. */
  readonly paths?: readonly string[]
  readonly now: TaskState
}

export type Source =
  | { readonly kind: 'path'; readonly path: string }
  /** One share, a folder that is on no disk, of all these paths. */
  | { readonly kind: 'together'; readonly paths: readonly string[]; readonly name: string }
  | { readonly kind: 'copy'; readonly name: string; readonly files: readonly UploadFile[] }

export interface TaskFacts {
  /** Undefined while the engine cannot be reached. */
  api(): Pick<EngineApi, 'importPath' | 'importPaths'> | undefined
  upload: ShellApi['upload']
}

export class ShareTasks {
  readonly store = createStore<{ readonly tasks: readonly ShareTask[] }>(() => ({ tasks: [] }))
  readonly #stops = new Map<string, AbortController>()
  #last = 0

  /** Begins all of them, one after the other, and returns their ids at once. */
  begin(sources: readonly Source[], facts: TaskFacts): string[] {
    const added = sources.slice(0, MAX_TASKS_AT_ONCE).map((source) => {
      this.#last += 1
      const task: ShareTask = {
        id: String(this.#last),
        name: nameOf(source),
        ...(source.kind === 'together' && source.paths.length <= MAX_TASKS_AT_ONCE ? { paths: source.paths } : {}),
        now: { state: 'waiting' },
      }
      this.#stops.set(task.id, new AbortController())
      return { source, task }
    })
    this.store.setState(({ tasks }) => ({ tasks: forgetOld([...tasks, ...added.map(({ task }) => task)]) }))
    void this.#runAll(added, facts)
    return added.map(({ task }) => task.id)
  }

  /** Before the engine has it; afterwards the job is cancelled there. */
  cancel(id: string): void {
    this.#stops.get(id)?.abort()
  }

  get isCopying(): boolean {
    return this.store.getState().tasks.some(({ now }) => now.state === 'copying')
  }

  async #runAll(added: readonly { source: Source; task: ShareTask }[], facts: TaskFacts): Promise<void> {
    for (const { source, task } of added) {
      const signal = this.#stops.get(task.id)?.signal ?? AbortSignal.abort()
      try {
        const asked = source.kind === 'copy' ? await this.#copied(task.id, source.files, facts, signal) : source
        signal.throwIfAborted()
        this.#set(task.id, { state: 'asking' })
        const api = facts.api()
        if (api === undefined) throw new ShoalError('NETWORK', 'The engine cannot be reached.')
        const { job } = await (asked.kind === 'together'
          ? api.importPaths({ paths: [...asked.paths], name: asked.name })
          : api.importPath({ path: asked.path }))
        this.#set(task.id, { state: 'indexing', job })
      } catch (error) {
        this.#set(task.id, signal.aborted ? { state: 'cancelled' } : { state: 'failed', error })
      } finally {
        this.#stops.delete(task.id)
      }
    }
  }

  async #copied(
    id: string,
    files: readonly UploadFile[],
    facts: TaskFacts,
    signal: AbortSignal,
  ): Promise<{ kind: 'path'; path: string }> {
    signal.throwIfAborted()
    const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0)
    const told = (doneBytes: number) => this.#set(id, { state: 'copying', doneBytes, totalBytes, files: files.length })
    told(0)
    return { kind: 'path', path: await facts.upload(files, told, signal) }
  }

  #set(id: string, now: TaskState): void {
    this.store.setState(({ tasks }) => ({ tasks: tasks.map((task) => (task.id === id ? { ...task, now } : task)) }))
  }
}

export function isRunning({ now }: ShareTask): boolean {
  return now.state === 'waiting' || now.state === 'copying' || now.state === 'asking'
}

function forgetOld(tasks: readonly ShareTask[]): ShareTask[] {
  const over = tasks.filter((task) => !isRunning(task))
  const dropped = new Set(over.slice(0, Math.max(0, tasks.length - MAX_TASKS)))
  return tasks.filter((task) => !dropped.has(task))
}

function nameOf(source: Source): string {
  return source.kind === 'path' ? baseName(source.path) : source.name
}

/** The last part of a path of any system. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) || path
  )
}

/** Those of this window. */
export const shareTasks = new ShareTasks()
