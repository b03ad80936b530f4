/**
 * Where things can be dropped: a zone that invites, and what is laid over the window while something is held over it. What
 * is taken and what becomes of it is the caller's.
 */
import type { ReactNode } from 'react'
import css from './drop-zone.module.css'
import { Logo } from './logo.tsx'

export function DropZone({ title, children, actions }: { title: string; children: ReactNode; actions: ReactNode }) {
  return (
    <section className={css.zone} aria-label={title}>
      <Logo size={76} />
      <h2 className={css.title}>{title}</h2>
      <p className={css.text}>{children}</p>
      <div className={css.actions}>{actions}</div>
    </section>
  )
}

export function DropOverlay({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={css.overlay} role="status">
      <div className={css.target}>
        <Logo size={96} />
        <strong className={css.overlayTitle}>{title}</strong>
        <p className={css.text}>{children}</p>
      </div>
    </div>
  )
}
