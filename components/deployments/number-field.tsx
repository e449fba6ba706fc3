'use client'

import { Field, TextInput } from '#components/ui/field'

/** A number with its unit inside, and what is wrong with it below. */
export function NumberField({
  label,
  unit,
  help,
  value,
  error,
  disabled,
  onChange,
}: {
  label: string
  unit?: string
  help?: string | undefined
  value: string
  error: string | undefined
  disabled?: boolean
  onChange(value: string): void
}) {
  return (
    <Field label={label} help={help} error={error}>
      {({ id, describedBy, invalid }) => (
        <TextInput
          id={id}
          className="num"
          unit={unit}
          inputMode="decimal"
          value={value}
          disabled={disabled}
          aria-describedby={describedBy}
          invalid={invalid}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
