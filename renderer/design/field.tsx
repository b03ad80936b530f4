/** Fields with a label: text, number with a unit, choice, switch, checkbox. Errors and hints belong to the field for a screen reader too. */
import { Check, ChevronDown, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  Select as AriaSelect,
  Switch as AriaSwitch,
  TextField as AriaTextField,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from 'react-aria-components'
import { classes } from './classes.ts'
import css from './field.module.css'
import menuCss from './menu.module.css'

export interface TextFieldProps {
  readonly label: string
  /** The label is said, not shown. */
  readonly hideLabel?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly onSubmit?: () => void
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly isDisabled?: boolean
  readonly isReadOnly?: boolean
  readonly mono?: boolean
  readonly inputMode?: 'text' | 'numeric' | 'decimal'
  readonly maxLength?: number
  readonly autoFocus?: boolean
  /** After the input: a unit, a button. */
  readonly suffix?: ReactNode
}

export function TextField(props: TextFieldProps) {
  const { label, hideLabel, value, onChange, onBlur, onSubmit, hint, error, suffix } = props
  return (
    <AriaTextField
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      isDisabled={props.isDisabled ?? false}
      isReadOnly={props.isReadOnly ?? false}
      className={css.field ?? ''}
      autoFocus={props.autoFocus ?? false}
      {...(onBlur === undefined ? {} : { onBlur })}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
      {...(hideLabel === true ? { 'aria-label': label } : {})}
    >
      {hideLabel === true ? null : <Label className={css.label ?? ''}>{label}</Label>}
      <div className={css.row}>
        <Input
          className={classes(css.input, props.mono === true && 'mono')}
          spellCheck={false}
          autoComplete="off"
          inputMode={props.inputMode ?? 'text'}
          placeholder={props.placeholder ?? ''}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && onSubmit !== undefined) {
              event.preventDefault()
              onSubmit()
            }
          }}
        />
        {suffix}
      </div>
      {hint === undefined || error !== undefined ? null : (
        <Text slot="description" className={css.hint ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={css.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  )
}

export interface SelectProps<K extends string> {
  readonly label: string
  readonly hideLabel?: boolean
  readonly value: K
  readonly onChange: (value: K) => void
  readonly options: readonly { readonly id: K; readonly label: string }[]
  readonly hint?: ReactNode
  readonly isDisabled?: boolean
}

export function Select<K extends string>(props: SelectProps<K>) {
  const { label, hideLabel, value, onChange, options, hint, isDisabled } = props
  return (
    <AriaSelect
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = options.find((option) => option.id === key)
        if (chosen !== undefined) onChange(chosen.id)
      }}
      isDisabled={isDisabled ?? false}
      className={css.field ?? ''}
      {...(hideLabel === true ? { 'aria-label': label } : {})}
    >
      {hideLabel === true ? null : <Label className={css.label ?? ''}>{label}</Label>}
      <Button className={classes(css.input, css.select)}>
        <SelectValue />
        <ChevronDown aria-hidden />
      </Button>
      {hint === undefined ? null : (
        <Text slot="description" className={css.hint ?? ''}>
          {hint}
        </Text>
      )}
      <Popover className={menuCss.popover ?? ''}>
        <ListBox className={menuCss.menu ?? ''} items={options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={menuCss.item ?? ''}>
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

export interface SwitchProps {
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
  readonly hint?: ReactNode
  readonly children: ReactNode
}

export function Switch({ isSelected, onChange, isDisabled, hint, children }: SwitchProps) {
  return (
    <AriaSwitch
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled ?? false}
      className={css.switch ?? ''}
    >
      <span className={css.track} aria-hidden>
        <span className={css.thumb} />
      </span>
      <span className={css.words}>
        <span>{children}</span>
        {hint === undefined ? null : <span className={css.hint}>{hint}</span>}
      </span>
    </AriaSwitch>
  )
}

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'className' | 'children' | 'style'> {
  readonly children?: ReactNode
}

export function Checkbox({ children, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox {...props} className={css.checkbox ?? ''}>
      {({ isIndeterminate, isSelected }) => (
        <>
          <span className={css.box} aria-hidden>
            {isIndeterminate ? <Minus /> : isSelected ? <Check /> : null}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  )
}
