/**
 * What a share sheet is about at this moment: something being copied, being indexed, shared, or gone. One sheet follows a
 * thing through all of it. Pure. Rule [UI4].
 */
import type { ImportJob, ShareSummary } from '../../shared/contract/model.ts'
import { baseName, type ShareTask } from './share-tasks.ts'

export type Subject =
  | { readonly kind: 'task'; readonly task: ShareTask }
  | { readonly kind: 'job'; readonly job: ImportJob }
  | { readonly kind: 'share'; readonly share: ShareSummary; readonly job: ImportJob | undefined }
  /** The engine has forgotten the job, or the share was removed. */
  | { readonly kind: 'gone'; readonly name: string }

export type SubjectKey =
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'job'; readonly job: string }
  | { readonly kind: 'share'; readonly root: string }

export interface SubjectFacts {
  readonly tasks: readonly ShareTask[]
  readonly jobs: ReadonlyMap<string, ImportJob>
  /** That of `rootOf`. */
  readonly share: ShareSummary | undefined
}

/** The share that the sheet is about, once it is known which. */
export function rootOf(key: SubjectKey, { tasks, jobs }: Omit<SubjectFacts, 'share'>): string | undefined {
  if (key.kind === 'share') return key.root
  if (key.kind === 'job') return jobs.get(key.job)?.root
  const now = tasks.find(({ id }) => id === key.id)?.now
  return now?.state === 'indexing' ? jobs.get(now.job)?.root : undefined
}

export function subjectOf(key: SubjectKey, facts: SubjectFacts): Subject {
  switch (key.kind) {
    case 'share':
      return shareSubject(key.root, '', facts)
    case 'job':
      return jobSubject(key.job, '', facts)
    case 'task': {
      const task = facts.tasks.find(({ id }) => id === key.id)
      if (task === undefined) return { kind: 'gone', name: '' }
      if (task.now.state !== 'indexing') return { kind: 'task', task }
      return jobSubject(task.now.job, task.name, facts, task)
    }
  }
}

function jobSubject(id: string, name: string, facts: SubjectFacts, task?: ShareTask): Subject {
  const job = facts.jobs.get(id)
  // The answer to the command may come before the event that tells of the job.
  if (job === undefined) return task === undefined ? { kind: 'gone', name } : { kind: 'task', task }
  if (job.state !== 'done' || job.root === undefined) return { kind: 'job', job }
  return shareSubject(job.root, name, facts)
}

function shareSubject(root: string, name: string, { share, jobs }: SubjectFacts): Subject {
  if (share === undefined) return { kind: 'gone', name }
  return { kind: 'share', share, job: [...jobs.values()].find((job) => job.root === root) }
}

/** What to call it on screen; '' when nothing is known. */
export function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'task':
      return subject.task.name
    case 'job':
      return subject.job.together?.name ?? baseName(subject.job.path)
    case 'share':
      return subject.share.name
    case 'gone':
      return subject.name
  }
}
