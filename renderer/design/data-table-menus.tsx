/** The menus of a table: which columns are shown, and what can be done with the selected rows, where the pointer is. */
import { Check, Columns3Cog } from 'lucide-react'
import { useRef } from 'react'
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Header,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components'
import { useTranslations } from 'use-intl'
import { IconButton } from './button.tsx'
import css from './data-table.module.css'
import menuCss from './menu.module.css'
import { type MenuAction, MenuList } from './menu.tsx'

interface ColumnChoice {
  readonly id: string
  readonly text: string
  readonly isShown: boolean
  /** Shown, if there were room. */
  readonly isCrowdedOut: boolean
  /** What a table is about cannot be hidden. */
  readonly canHide: boolean
}

interface ColumnMenuProps {
  readonly columns: readonly ColumnChoice[]
  readonly onShow: (columnId: string, isShown: boolean) => void
  readonly onReset: () => void
}

export function ColumnMenu({ columns, onShow, onReset }: ColumnMenuProps) {
  const t = useTranslations('common.table')
  const shown = columns.filter(({ isShown }) => isShown).map(({ id }) => id)
  return (
    <MenuTrigger>
      <IconButton label={t('columns')} size="sm">
        <Columns3Cog aria-hidden />
      </IconButton>
      <Popover className={menuCss.popover ?? ''} placement="bottom end">
        <AriaMenu aria-label={t('columns')} className={menuCss.menu ?? ''}>
          <MenuSection
            selectionMode="multiple"
            selectedKeys={shown}
            onSelectionChange={(keys) => {
              for (const { id, isShown } of columns) {
                const wanted = keys === 'all' || keys.has(id)
                if (wanted !== isShown) onShow(id, wanted)
              }
            }}
          >
            <Header className={css.menuHeader ?? ''}>{t('columns')}</Header>
            {columns.map((column) => (
              <AriaMenuItem
                key={column.id}
                id={column.id}
                textValue={column.text}
                isDisabled={!column.canHide}
                shouldCloseOnSelect={false}
                className={menuCss.item ?? ''}
              >
                {({ isSelected }) => (
                  <>
                    <span className={css.tick}>{isSelected ? <Check aria-hidden /> : null}</span>
                    <span>{column.text}</span>
                    {column.isCrowdedOut ? <span className={css.noRoom}>{t('noRoom')}</span> : null}
                  </>
                )}
              </AriaMenuItem>
            ))}
          </MenuSection>
          <Separator className={menuCss.line ?? ''} />
          <AriaMenuItem id="reset-columns" onAction={onReset} className={menuCss.item ?? ''}>
            <span className={css.tick} />
            {t('resetColumns')}
          </AriaMenuItem>
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

interface RowMenuProps {
  readonly at: { readonly x: number; readonly y: number }
  readonly label: string
  readonly groups: readonly (readonly MenuAction[])[]
  readonly onClose: () => void
}

/** At a point of the window. */
export function RowMenu({ at, label, groups, onClose }: RowMenuProps) {
  const anchor = useRef<HTMLSpanElement>(null)
  return (
    <>
      <span ref={anchor} className={css.anchor} style={{ left: at.x, top: at.y }} aria-hidden />
      <Popover
        triggerRef={anchor}
        isOpen
        onOpenChange={(isOpen) => !isOpen && onClose()}
        placement="bottom start"
        offset={2}
        className={menuCss.popover ?? ''}
      >
        <MenuList label={label} groups={groups} onClose={onClose} />
      </Popover>
    </>
  )
}
