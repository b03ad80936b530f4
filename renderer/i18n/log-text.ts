/**
 * A line of the event log in the user's language, from its kind and facts (shared/contract/log-facts.ts). A line whose facts
 * are not those of its kind, as an older or newer engine might send it, is told in the engine's own English words. Names of
 * peers are what the user calls them, and never more than text. Rule [UI50].
 */
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import type { LogFacts, LogKind } from '../../shared/contract/log-facts.ts'
import type { LogEntry, Trouble } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { useEngineStore } from '../engine/hooks.ts'
import { useFormats } from './formats.ts'
import { useTroubleText } from './trouble-text.ts'

/** Letters that are written from right to left. */
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/

export function useLogText(): (entry: LogEntry) => string {
  const t = useTranslations('log')
  const states = useTranslations('states')
  const formats = useFormats()
  const troubleText = useTroubleText()
  const { store } = useEngineStore()
  return useCallback(
    (entry) => {
      const facts = entry.facts ?? {}
      const { replica } = store.getState()
      const nickname = entry.peer === undefined ? undefined : replica?.peers.get(entry.peer)?.nickname
      const text = (key: string) => (typeof facts[key] === 'string' ? visible(facts[key]) : '')
      // A selector of a message has no hyphen: 'lan-dht' is 'lan', 'wrong-chunks' is 'chunks'.
      const word = (key: string) => text(key).replace(/^wrong-|-dht$/, '')
      const flag = (key: string) => facts[key] === true
      const number = (key: string) => (typeof facts[key] === 'number' ? facts[key] : 0)
      const name = isolated(nickname === undefined ? text('name') : visible(nickname))
      if (!isComplete(entry.kind, facts)) return visible(entry.text)
      const { kind } = entry
      switch (kind) {
        case 'peer-joined':
        case 'peer-back':
        case 'peer-gone':
          return t(`line.${kind}`, { name })
        case 'peer-returned':
          return t('line.peer-returned', { name, time: formats.duration(number('awayMs')) })
        case 'peer-left': {
          const reason = text('reason')
          return LEFT.has(reason)
            ? t(`left.${reason as LogFacts['peer-left']['reason']}`, { name })
            : visible(entry.text)
        }
        case 'peer-suspect':
          return t('line.peer-suspect', { name, cause: text('cause') })
        case 'peer-banned':
          return t('line.peer-banned', { name, cause: word('cause'), chunks: number('chunks'), detail: text('detail') })
        case 'peer-put-out':
          return t('line.peer-put-out', { name, time: formats.duration(number('forMs')) })
        case 'share-added':
          return t('line.share-added', { origin: text('origin') })
        case 'share-removed':
          return t('line.share-removed', { withData: flag('withData') ? 'yes' : 'no' })
        case 'share-paused':
        case 'share-resumed':
          return t(`line.${kind}`)
        case 'manifest-received':
          return t('line.manifest-received', {
            files: number('files'),
            chunks: number('chunks'),
            size: formats.bytes(number('bytes')),
          })
        case 'download-started':
          return t('line.download-started', { files: number('files'), size: formats.bytes(number('bytes')) })
        case 'download-resumed':
          return t('line.download-resumed', {
            chunks: number('chunks'),
            chunkCount: number('chunkCount'),
            size: formats.bytes(number('bytes')),
            lost: number('lost'),
          })
        case 'download-complete':
        case 'selection-complete':
          return t(`line.${kind}`, {
            size: formats.bytes(number('bytes')),
            time: formats.duration(number('durationMs')),
            peers: number('peers'),
          })
        case 'chunks-reassigned':
          return t('line.chunks-reassigned', { name, chunks: number('chunks'), cause: text('cause') })
        case 'chunk-corrupt':
          return t('line.chunk-corrupt', {
            name,
            chunk: number('chunk') + 1,
            times: number('times'),
            limit: number('limit'),
          })
        case 'trouble': {
          const share = entry.root === undefined ? undefined : replica?.shares.get(entry.root)
          return troubleText(share ?? { name: '' }, troubleOf(entry))
        }
        case 'trouble-over':
          return t('line.trouble-over', { trouble: states(`troubleWord.${text('code') as Trouble['code']}`) })
        case 'announced':
          return t('line.announced', { route: word('route'), peers: number('peers') })
        case 'announce-failed':
          return t('line.announce-failed', { route: word('route') })
      }
    },
    [t, states, formats, troubleText, store],
  )
}

/** A name of the other direction does not turn the sentence around it. */
function isolated(name: string): string {
  return FROM_THE_RIGHT.test(name) ? `\u2068${name}\u2069` : name
}

const LEFT: ReadonlySet<string> = new Set<LogFacts['peer-left']['reason']>([
  'shutting-down',
  'removed',
  'unknown-share',
  'too-busy',
  'banned-us',
  'accused-us',
  'not-needed',
  'goodbye',
  'duplicate',
  'closed-by-us',
  'connection-lost',
  'broke-rules',
])

/** The facts without which a line of this kind would say something else. */
const NEEDED: Readonly<Record<LogKind, readonly string[]>> = {
  'peer-joined': ['name'],
  'peer-returned': ['name', 'awayMs'],
  'peer-left': ['name', 'reason'],
  'peer-suspect': ['name', 'cause'],
  'peer-back': ['name'],
  'peer-gone': ['name'],
  'peer-banned': ['name', 'cause'],
  'peer-put-out': ['name', 'forMs'],
  'share-added': ['origin'],
  'share-removed': ['withData'],
  'share-paused': [],
  'share-resumed': [],
  'manifest-received': ['files', 'chunks', 'bytes'],
  'download-started': ['files', 'bytes'],
  'download-resumed': ['chunks', 'chunkCount', 'bytes', 'lost'],
  'download-complete': ['bytes', 'durationMs', 'peers'],
  'selection-complete': ['bytes', 'durationMs', 'peers'],
  'chunks-reassigned': ['name', 'chunks', 'cause'],
  'chunk-corrupt': ['name', 'chunk', 'times', 'limit'],
  trouble: ['code'],
  'trouble-over': ['code'],
  announced: ['route', 'peers'],
  'announce-failed': ['route'],
}

function isComplete(kind: LogKind, facts: Readonly<Record<string, unknown>>): boolean {
  return NEEDED[kind]?.every((key) => facts[key] !== undefined) ?? false
}

/** The code is one of the contract's: the engine's answer was checked against its schema where it was made. */
function troubleOf(entry: LogEntry): Trouble {
  const { code, ...facts } = entry.facts ?? {}
  return { code: code as Trouble['code'], message: entry.text, sinceAt: entry.at, facts }
}
