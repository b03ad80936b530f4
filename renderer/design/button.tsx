/** Buttons: with words, or with an icon and a label that a screen reader and a tooltip say. */
import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components'
import css from './button.module.css'
import { classes } from './classes.ts'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  readonly variant?: 'primary' | 'secondary' | 'quiet' | 'danger'
  readonly size?: 'md' | 'sm'
  readonly icon?: ReactNode
  readonly children: ReactNode
}

export function Button({ variant = 'secondary', size = 'md', icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={classes(css.button, css[variant], css[size])}>
      {icon}
      <span className={css.label}>{children}</span>
    </AriaButton>
  )
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style' | 'aria-label'> {
  /** Said by a screen reader, shown as tooltip. */
  readonly label: string
  readonly variant?: 'quiet' | 'secondary' | 'danger'
  readonly size?: 'md' | 'sm'
  readonly children: ReactNode
}

export function IconButton({ label, variant = 'quiet', size = 'md', children, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton {...props} aria-label={label} className={classes(css.button, css.icon, css[variant], css[size])}>
        {children}
      </AriaButton>
      <Tooltip className={css.tooltip ?? ''} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  )
}
