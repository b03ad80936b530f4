/** What is being copied or indexed at this moment, whoever began it: found again here when its sheet was closed. Rule [UI4]. */
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { useStore } from 'zustand'
import type { ImportJob } from '../../shared/contract/model.ts'
import { openSheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Card } from '../design/parts.tsx'
import { useJobs } from '../engine/hooks.ts'
import { isRunning, type ShareTask, shareTasks } from '../share/share-tasks.ts'
import { nameOf } from '../share/subject.ts'
import { workOf } from '../share/work.ts'
import { WorkBar } from '../share/work-view.tsx'
import css from './home.module.css'

export function Working() {
  const t = useTranslations('home')
  const jobs = useJobs()
  const tasks = useStore(shareTasks.store, (state) => state.tasks)
  const running = useMemo(() => [...jobs.values()].filter(isWorking), [jobs])
  const waiting = tasks.filter(isRunning)
  if (running.length + waiting.length === 0) return null
  return (
    <Card title={t('working')}>
      <ul className={css.working}>
        {waiting.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
        {running.map((job) => (
          <JobRow key={job.job} job={job} />
        ))}
      </ul>
    </Card>
  )
}

function isWorking({ state }: ImportJob): boolean {
  return state === 'walking' || state === 'hashing'
}

function TaskRow({ task }: { task: ShareTask }) {
  const t = useTranslations('home')
  return (
    <li className={css.work}>
      <div className={css.workText}>
        <NetworkText text={task.name} clip />
        <WorkBar work={workOf({ kind: 'task', task })} />
      </div>
      <Button size="sm" onPress={() => openSheet({ kind: 'share-tasks', ids: [task.id] })}>
        {t('show')}
      </Button>
    </li>
  )
}

function JobRow({ job }: { job: ImportJob }) {
  const t = useTranslations('home')
  return (
    <li className={css.work}>
      <div className={css.workText}>
        <NetworkText text={nameOf({ kind: 'job', job })} clip />
        <WorkBar work={workOf({ kind: 'job', job })} />
      </div>
      <Button size="sm" onPress={() => openSheet({ kind: 'share-job', job: job.job })}>
        {t('show')}
      </Button>
    </li>
  )
}
