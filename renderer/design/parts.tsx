/** The small parts that every screen is made of: page, card, pill, progress, empty state, facts, tabs, toggle. */
import type { ReactNode } from 'react'
import {
  ProgressBar as AriaProgressBar,
  Tabs as AriaTabs,
  Tab,
  TabList,
  TabPanel,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components'
import { classes } from './classes.ts'
import css from './parts.module.css'

export type Tone = 'neutral' | 'accent' | 'info' | 'ok' | 'warning' | 'danger'

/** A screen: its title, what can be done with all of it, and its content. `fill`: the content scrolls itself. */
export function Page(props: {
  title: ReactNode
  subtitle?: ReactNode
  actions?: ReactNode
  fill?: boolean
  children: ReactNode
}) {
  return (
    <div className={css.page}>
      <header className={css.pageHeader}>
        <div className={css.pageTitle}>
          <h1>{props.title}</h1>
          {props.subtitle === undefined ? null : <div className={css.pageSubtitle}>{props.subtitle}</div>}
        </div>
        {props.actions === undefined ? null : <div className={css.actions}>{props.actions}</div>}
      </header>
      {props.fill === true ? (
        <div className={classes(css.pageBody, css.fill)}>{props.children}</div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable to scroll it by keyboard
        <div className={css.pageBody} tabIndex={0}>
          {props.children}
        </div>
      )}
    </div>
  )
}

export function Card(props: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={css.card}>
      {props.title === undefined && props.actions === undefined ? null : (
        <header className={css.cardHeader}>
          <h2>{props.title}</h2>
          {props.actions}
        </header>
      )}
      <div className={classes(css.cardBody, props.flush === true && css.flush)}>{props.children}</div>
    </section>
  )
}

/** A state in a word, with a tone and an icon: never told by colour alone. */
export function Pill({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={classes(css.pill, css[tone])}>
      {icon}
      {children}
    </span>
  )
}

export function ProgressBar(props: { label: string; fraction: number | undefined; tone?: Tone; valueText?: string }) {
  const percent = props.fraction === undefined ? 0 : Math.min(Math.max(props.fraction, 0), 1) * 100
  return (
    <AriaProgressBar
      aria-label={props.label}
      value={percent}
      isIndeterminate={props.fraction === undefined}
      {...(props.valueText === undefined ? {} : { valueLabel: props.valueText })}
      className={classes(css.progress, css[`progress-${props.tone ?? 'accent'}`])}
    >
      <span
        className={classes(css.bar, props.fraction === undefined && css.indeterminate)}
        style={props.fraction === undefined ? {} : { width: `${percent}%` }}
      />
    </AriaProgressBar>
  )
}

/** What stands where there is nothing yet: why, and what to do. */
export function EmptyState(props: {
  icon: ReactNode
  title: string
  /** 1 where it is the whole screen. */
  level?: 1 | 2
  children?: ReactNode
  actions?: ReactNode
}) {
  const Title = props.level === 1 ? 'h1' : 'h2'
  return (
    <div className={css.empty}>
      <div className={css.emptyIcon} aria-hidden>
        {props.icon}
      </div>
      <Title>{props.title}</Title>
      {props.children === undefined ? null : <div className={css.emptyText}>{props.children}</div>}
      {props.actions === undefined ? null : <div className={css.actions}>{props.actions}</div>}
    </div>
  )
}

/** Names and values. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) => (
        <div key={name} className={css.fact}>
          <dt>{name}</dt>
          <dd className="numeric">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Something to know, where it matters. */
export function Notice({
  tone,
  icon,
  children,
  actions,
}: {
  tone: Tone
  icon?: ReactNode
  children: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className={classes(css.notice, css[tone])}>
      {icon}
      <div className={css.noticeText}>{children}</div>
      {actions}
    </div>
  )
}

export interface TabSpec<K extends string> {
  readonly id: K
  readonly label: string
  readonly icon?: ReactNode
  readonly content: () => ReactNode
}

/** Only the panel that is looked at is mounted. */
export function Tabs<K extends string>(props: {
  label: string
  tabs: readonly TabSpec<K>[]
  selected: K
  onSelect: (id: K) => void
}) {
  return (
    <AriaTabs
      selectedKey={props.selected}
      onSelectionChange={(key) => {
        const tab = props.tabs.find(({ id }) => id === key)
        if (tab !== undefined) props.onSelect(tab.id)
      }}
      className={css.tabs ?? ''}
    >
      <TabList aria-label={props.label} className={css.tabList ?? ''}>
        {props.tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className={css.tab ?? ''}>
            {tab.icon}
            {tab.label}
          </Tab>
        ))}
      </TabList>
      {props.tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={css.tabPanel ?? ''}>
          {tab.content()}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}

/** One of a few, all in sight. */
export function Segmented<K extends string>(props: {
  label: string
  options: readonly { readonly id: K; readonly label: string; readonly icon?: ReactNode }[]
  value: K
  onChange: (value: K) => void
}) {
  return (
    <ToggleButtonGroup
      aria-label={props.label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.value]}
      onSelectionChange={(keys) => {
        const chosen = props.options.find(({ id }) => keys.has(id))
        if (chosen !== undefined) props.onChange(chosen.id)
      }}
      className={css.segmented ?? ''}
    >
      {props.options.map((option) => (
        <ToggleButton key={option.id} id={option.id} className={css.segment ?? ''}>
          {option.icon}
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
