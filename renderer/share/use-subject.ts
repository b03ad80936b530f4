/** What a sheet is about, followed through the engine's news. */
import { useStore } from 'zustand'
import { useJobs, useReplica } from '../engine/hooks.ts'
import { shareTasks } from './share-tasks.ts'
import { rootOf, type Subject, type SubjectKey, subjectOf } from './subject.ts'

export function useSubject(key: SubjectKey): Subject {
  const tasks = useStore(shareTasks.store, (state) => state.tasks)
  const jobs = useJobs()
  const root = rootOf(key, { tasks, jobs })
  const share = useReplica((replica) => (root === undefined ? undefined : replica.shares.get(root)))
  return subjectOf(key, { tasks, jobs, share })
}
