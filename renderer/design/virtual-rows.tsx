/**
 * Many rows of one height, of which only those in sight are drawn, with one stop for the Tab key: the arrows move an active
 * row, which a screen reader is told of by aria-activedescendant. What rows mean (tree, list) and what other keys do is
 * the caller's. It selects nothing itself. Rule [UI14].
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type HTMLAttributes, type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { classes } from './classes.ts'
import css from './virtual-rows.module.css'

export interface VirtualRowsProps {
  readonly role: 'tree' | 'listbox'
  readonly label: string
  readonly count: number
  readonly rowHeightPx: number
  readonly active: number
  readonly onActive: (index: number) => void
  readonly isMultiselectable?: boolean
  /** Role, states and handlers of the row's element. */
  readonly rowProps: (index: number) => HTMLAttributes<HTMLDivElement>
  readonly renderRow: (index: number) => ReactNode
  /** Keys that move nothing; true: it was understood. */
  readonly onKey: (event: KeyboardEvent, active: number) => boolean
  /** For finding a row by typing the beginning of it. */
  readonly textOf: (index: number) => string
  readonly className?: string
}

/** Letters typed within this time belong together. */
const TYPED_TOGETHER_MS = 700
const OVERSCAN_ROWS = 8

export function VirtualRows(props: VirtualRowsProps) {
  const { count, active, rowHeightPx, onActive } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: OVERSCAN_ROWS,
    initialRect: { width: 600, height: 320 },
  })
  useEffect(() => {
    if (active >= 0 && active < count) virtual.scrollToIndex(active, { align: 'auto' })
  }, [active, count, virtual])

  const move = (to: number) => onActive(Math.min(Math.max(to, 0), count - 1))
  const onKeyDown = (event: KeyboardEvent) => {
    if (count === 0 || event.altKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 1)
    const jumps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }
    const jump = jumps[event.key]
    if (jump !== undefined) move(jump)
    else if (!props.onKey(event, active) && !find(event)) return
    event.preventDefault()
    event.stopPropagation()
  }

  const find = (event: KeyboardEvent): boolean => {
    if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey) return false
    const isMore = event.timeStamp - typed.current.at < TYPED_TOGETHER_MS
    const text = `${isMore ? typed.current.text : ''}${event.key.toLocaleLowerCase()}`
    typed.current = { text, at: event.timeStamp }
    const start = text.length === 1 ? active + 1 : active
    for (let step = 0; step < count; step++) {
      const index = (Math.max(start, 0) + step) % count
      if (!props.textOf(index).toLocaleLowerCase().startsWith(text)) continue
      onActive(index)
      break
    }
    return true
  }

  const container: HTMLAttributes<HTMLDivElement> = {
    role: props.role,
    'aria-label': props.label,
    'aria-multiselectable': props.isMultiselectable,
    'aria-activedescendant': active >= 0 && active < count ? `${id}-${active}` : undefined,
    tabIndex: 0,
    onKeyDown,
    onFocus: () => active < 0 && count > 0 && onActive(0),
  }
  return (
    <div {...container} ref={scroller} className={classes(css.scroller, props.className)}>
      <div role="presentation" className={css.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const { className, ...given } = props.rowProps(index)
          const row: HTMLAttributes<HTMLDivElement> = { ...given, onMouseDown: () => onActive(index) }
          return (
            <div
              {...row}
              key={index}
              id={`${id}-${index}`}
              className={classes(css.row, index === active && css.active, className)}
              style={{ height: rowHeightPx, transform: `translateY(${start}px)` }}
            >
              {props.renderRow(index)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
