/** A button that opens a menu of actions. */
import type { ReactNode } from 'react'
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { classes } from './classes.ts'
import css from './menu.module.css'

export interface MenuAction {
  readonly id: string
  readonly label: string
  readonly icon?: ReactNode
  readonly danger?: boolean
  readonly isDisabled?: boolean
  readonly onAction: () => void
}

export interface MenuProps {
  /** A Button or an IconButton. */
  readonly trigger: ReactNode
  readonly label: string
  /** Groups, with a line between them. */
  readonly groups: readonly (readonly MenuAction[])[]
}

export function Menu({ trigger, label, groups }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={css.popover ?? ''} placement="bottom end">
        <MenuList label={label} groups={groups} />
      </Popover>
    </MenuTrigger>
  )
}

/** What is in a menu, for those that open otherwise than by a button. */
export function MenuList({ label, groups, onClose }: Omit<MenuProps, 'trigger'> & { onClose?: () => void }) {
  return (
    <AriaMenu aria-label={label} className={css.menu ?? ''} {...(onClose === undefined ? {} : { onClose })}>
      {groups
        .filter((group) => group.length > 0)
        .flatMap((group, at) => [
          ...(at === 0 ? [] : [<Separator key={`line-${group[0]?.id}`} className={css.line ?? ''} />]),
          ...group.map((action) => (
            <AriaMenuItem
              key={action.id}
              id={action.id}
              textValue={action.label}
              isDisabled={action.isDisabled ?? false}
              onAction={action.onAction}
              className={classes(css.item, action.danger === true && css.danger)}
            >
              {action.icon}
              <span>{action.label}</span>
            </AriaMenuItem>
          )),
        ])}
    </AriaMenu>
  )
}
