'use client'

import { TriangleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cx } from './cx.ts'
import { Tip } from './tip'

export type FieldProps = {
  label: ReactNode
  help?: ReactNode
  error?: string | null | undefined
  flip?: boolean
  className?: string
  children(ids: { id: string; describedBy: string | undefined; invalid: boolean }): ReactNode
}

/** A label, its control, one line of help, and the error as a sentence. `flip` puts the label beside the control. */
export function Field({ label, help, error, flip, className, children }: FieldProps) {
  const id = useId()
  const describedBy = error ? `${id}-error` : help ? `${id}-help` : undefined
  return (
    <div className={className}>
      <div className={cx('field', flip && 'flip')}>
        <label htmlFor={id}>{label}</label>
        {children({ id, describedBy, invalid: Boolean(error) })}
        {help && !error && !flip ? (
          <p className="help" id={`${id}-help`}>
            {help}
          </p>
        ) : null}
      </div>
      {error ? (
        <div className="field">
          <p className="err" id={`${id}-error`}>
            <TriangleAlert className="i s" aria-hidden />
            <span>{error}</span>
          </p>
        </div>
      ) : null}
    </div>
  )
}

export type TextInputProps = Omit<ComponentProps<'input'>, 'size'> & {
  unit?: string | undefined
  invalid?: boolean | undefined
  icon?: ReactNode
  end?: ReactNode
  mono?: boolean
}

/** A one-line input; the unit stands inside, smaller. */
export function TextInput({ unit, invalid, icon, end, mono, className, ...rest }: TextInputProps) {
  return (
    <span className={cx('input', invalid && 'invalid', className)}>
      {icon}
      <input className={mono ? 'mono' : undefined} aria-invalid={invalid || undefined} {...rest} />
      {unit ? <span className="unit">{unit}</span> : null}
      {end}
    </span>
  )
}

export function TextArea({
  invalid,
  mono,
  className,
  ...rest
}: ComponentProps<'textarea'> & { invalid?: boolean | undefined; mono?: boolean }) {
  return <textarea className={cx('input', invalid && 'invalid', mono && 'mono', className)} aria-invalid={invalid || undefined} {...rest} />
}

/** The platform's own select: right on every device and by keyboard. */
export function Select({
  options,
  invalid,
  inline,
  className,
  ...rest
}: ComponentProps<'select'> & {
  options: readonly { value: string; label: string; disabled?: boolean }[]
  invalid?: boolean | undefined
  inline?: boolean
}) {
  return (
    <select className={cx('select', inline && 'inline', invalid && 'invalid', className)} aria-invalid={invalid || undefined} {...rest}>
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

export function Toggle({
  checked,
  onChange,
  label,
  id,
  disabled,
  refusal,
  describedBy,
}: {
  checked: boolean
  onChange(checked: boolean): void
  label?: string
  id?: string
  disabled?: boolean
  /** Off, and why: shown on hover and focus and read aloud. */
  refusal?: string | null
  describedBy?: string | undefined
}) {
  const toggle = (
    <button
      type="button"
      role="switch"
      id={id}
      className="toggle"
      aria-checked={checked}
      aria-label={label}
      aria-describedby={describedBy}
      aria-disabled={refusal ? true : undefined}
      aria-description={refusal ?? undefined}
      disabled={disabled}
      onClick={() => {
        if (!refusal) onChange(!checked)
      }}
    />
  )
  return refusal ? <Tip text={refusal}>{toggle}</Tip> : toggle
}
