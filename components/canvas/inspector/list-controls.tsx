'use client'

import { X } from 'lucide-react'
import { useState } from 'react'
import { Field } from '#components/ui/field'
import { type ControlProps, type Frame, useForm } from './form-context'

/** Some of a few values: check boxes. */
export function ChoicesControl({ value, onChange, values, frame }: ControlProps & { values: readonly string[]; frame: Frame }) {
  const { locked } = useForm()
  const chosen = Array.isArray(value) ? value.map(String) : []
  return (
    <Field {...frame}>
      {({ id, describedBy }) => (
        <fieldset id={id} className="choices" aria-label={frame.label} aria-describedby={describedBy}>
          {values.map((choice) => (
            <label key={choice} className="row tight">
              <input
                type="checkbox"
                disabled={locked !== null}
                checked={chosen.includes(choice)}
                onChange={(event) => onChange(values.filter((each) => (each === choice ? event.target.checked : chosen.includes(each))))}
              />
              {choice}
            </label>
          ))}
        </fieldset>
      )}
    </Field>
  )
}

/** Any number of words: chips with a line to write the next. Several at once with commas. */
export function TextsControl({ value, onChange, isNumber, frame }: ControlProps & { isNumber: boolean; frame: Frame }) {
  const { locked } = useForm()
  const [next, setNext] = useState('')
  const items = Array.isArray(value) ? value : []
  const take = () => {
    const added = next
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '' && !items.map(String).includes(part))
    if (added.length > 0) onChange([...items, ...(isNumber ? added.map(Number) : added)])
    setNext('')
  }
  return (
    <Field {...frame}>
      {({ id, describedBy }) => (
        <div className="multi">
          {items.map((item) => (
            <span key={String(item)} className="chip">
              {String(item)}
              <button
                type="button"
                className="chip-x"
                aria-label={`Leave out ${item}`}
                disabled={locked !== null}
                onClick={() => onChange(items.filter((each) => each !== item))}
              >
                <X className="i" aria-hidden />
              </button>
            </span>
          ))}
          <input
            id={id}
            className="bare"
            aria-describedby={describedBy}
            placeholder="Add, then Enter"
            readOnly={locked !== null}
            value={next}
            onChange={(event) => setNext(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') take()
              if (event.key === 'Backspace' && next === '') onChange(items.slice(0, -1))
            }}
            onBlur={take}
          />
        </div>
      )}
    </Field>
  )
}
