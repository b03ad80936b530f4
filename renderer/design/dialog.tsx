/**
 * A dialog over the window: title, body, and a footer of buttons. Closes with Escape and with the cross; focus is kept
 * inside and given back. `size` is its width: sheets that show a tree are `lg`.
 */
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useTranslations } from 'use-intl'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import css from './dialog.module.css'

export interface DialogProps {
  readonly title: ReactNode
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly size?: 'sm' | 'md' | 'lg'
  /** An alert interrupts: something would be lost. It does not close by a click beside it. */
  readonly role?: 'dialog' | 'alertdialog'
  readonly footer?: ReactNode
  readonly children: ReactNode
}

export function Dialog({ title, isOpen, onClose, size = 'md', role = 'dialog', footer, children }: DialogProps) {
  const t = useTranslations('common')
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog'}
      className={css.overlay ?? ''}
    >
      <Modal className={classes(css.modal, css[size])}>
        <AriaDialog role={role} className={css.dialog ?? ''}>
          <header className={css.header}>
            <Heading slot="title" level={2} className={css.title ?? ''}>
              {title}
            </Heading>
            <IconButton label={t('close')} size="sm" onPress={onClose}>
              <X aria-hidden />
            </IconButton>
          </header>
          <div className={css.body}>{children}</div>
          {footer === undefined ? null : <footer className={css.footer}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
