'use client'

import { useState } from 'react'
import { Field, TextInput } from '#components/ui/field'
import type { ParamShape } from './describe-param.ts'
import type { ControlProps, Frame } from './form-context'

type Props = ControlProps & { shape: Extract<ParamShape, { kind: 'number' }>; frame: Frame; isOff: boolean }

/** A number, with a slider where the spec asks for one. What is typed stays while it is no number yet. */
export function NumberControl({ field, value, onChange, shape, frame, isOff }: Props) {
  const [typed, setTyped] = useState<string | null>(null)
  const stored = value === null || value === undefined ? '' : String(value)
  const parsed = typed === null ? null : readNumber(typed, field.isNullable)
  const isWrong = typed !== null && parsed === undefined
  // "0.50" stays as it was typed; a value that came from elsewhere takes its place.
  const shown = typed !== null && (isWrong || parsed === value) ? typed : stored
  const take = (text: string) => {
    setTyped(text)
    const next = readNumber(text, field.isNullable)
    if (next !== undefined) onChange(next)
  }
  const hasSlider = field.meta.control === 'slider' && shape.min !== null && shape.max !== null
  const step = shape.isInteger ? 1 : 0.01
  return (
    <Field {...frame} error={isWrong ? `A number${field.meta.example ? `, for example ${field.meta.example}` : ''}.` : frame.error}>
      {({ id, describedBy, invalid }) => (
        <>
          <TextInput
            id={id}
            aria-describedby={describedBy}
            inputMode="decimal"
            className="num"
            invalid={invalid || isWrong}
            unit={field.meta.unit}
            readOnly={isOff}
            value={shown}
            placeholder={field.isNullable ? 'none' : ''}
            onChange={(event) => take(event.target.value)}
            onBlur={() => setTyped(null)}
          />
          {hasSlider ? (
            <input
              type="range"
              className="range"
              aria-label={field.label}
              min={shape.min ?? 0}
              max={shape.max ?? 1}
              step={step}
              disabled={isOff}
              value={Number(value) || 0}
              onChange={(event) => {
                setTyped(null)
                onChange(Number(event.target.value))
              }}
            />
          ) : null}
        </>
      )}
    </Field>
  )
}

/** undefined: not a number yet. */
function readNumber(text: string, isNullable: boolean): number | null | undefined {
  const plain = text.replaceAll(/[\s_]/g, '').replace(',', '.')
  if (plain === '') return isNullable ? null : undefined
  const number = Number(plain)
  return Number.isFinite(number) && !/[.eE+-]$/.test(plain) ? number : undefined
}
