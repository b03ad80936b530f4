/** Short messages of what was just done or went wrong, in a corner; said by a screen reader; errors stay until closed. */
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components'
import { useTranslations } from 'use-intl'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import css from './toasts.module.css'

interface ToastText {
  readonly tone: 'ok' | 'danger'
  readonly title: string
  readonly detail?: string
}

const MAX_VISIBLE = 4
/** Long enough to read two lines. */
const DONE_TIMEOUT_MS = 6_000

const queue = new ToastQueue<ToastText>({ maxVisibleToasts: MAX_VISIBLE })

export function toastDone(title: string, detail?: string): void {
  queue.add({ tone: 'ok', title, ...(detail === undefined ? {} : { detail }) }, { timeout: DONE_TIMEOUT_MS })
}

export function toastError(title: string, detail?: string): void {
  queue.add({ tone: 'danger', title, ...(detail === undefined ? {} : { detail }) })
}

export function Toasts() {
  const t = useTranslations('common')
  return (
    <ToastRegion queue={queue} aria-label={t('messages')} className={css.region ?? ''}>
      {({ toast }) => (
        <Toast toast={toast} className={classes(css.toast, css[toast.content.tone])}>
          {toast.content.tone === 'ok' ? <CircleCheck aria-hidden /> : <CircleAlert aria-hidden />}
          <ToastContent className={css.content ?? ''}>
            <Text slot="title" className={css.title ?? ''}>
              {toast.content.title}
            </Text>
            {toast.content.detail === undefined ? null : <Text slot="description">{toast.content.detail}</Text>}
          </ToastContent>
          <IconButton slot="close" size="sm" label={t('close')}>
            <X aria-hidden />
          </IconButton>
        </Toast>
      )}
    </ToastRegion>
  )
}
