'use client'

import { Plus, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '#components/ui/button'
import { Field } from '#components/ui/field'
import { emptyOf, type ParamShape } from './describe-param.ts'
import { type ControlProps, type Frame, useForm } from './form-context'
import { isRecord } from './is-record.ts'
import { ParamForm } from './param-form'

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

/** A list of small forms: rules of a contract, conditions of a filter, checks of a gate. */
export function GroupsControl({
  field,
  path,
  value,
  onChange,
  item,
  frame,
}: ControlProps & { item: Extract<ParamShape, { kind: 'group' }>; frame: Frame }) {
  const { locked } = useForm()
  const items = Array.isArray(value) ? value : []
  const one = (field.label.endsWith('s') ? field.label.slice(0, -1) : field.label).toLowerCase()
  const setItem = (at: number, next: unknown) => onChange(items.map((each, i) => (i === at ? next : each)))
  return (
    <Field {...frame}>
      {({ id, describedBy }) => (
        <div id={id} className="groups" aria-describedby={describedBy}>
          {items.map((each, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items have no id of their own, and their order is their identity
            <fieldset key={i} className="nested" aria-label={`${one} ${i + 1}`}>
              <div className="row">
                <span className="sm t3">{i + 1}</span>
                <span className="push">
                  <IconButton
                    quiet
                    size="sm"
                    label={`Remove ${one} ${i + 1}`}
                    refusal={locked}
                    onClick={() => onChange(items.filter((_, at) => at !== i))}
                  >
                    <Trash2 className="i s" aria-hidden />
                  </IconButton>
                </span>
              </div>
              <ParamForm
                fields={item.fields}
                values={isRecord(each) ? each : {}}
                path={`${path}.${i}`}
                onChange={(name, next) => setItem(i, { ...(isRecord(each) ? each : {}), [name]: next })}
              />
            </fieldset>
          ))}
          <Button
            size="sm"
            icon={<Plus className="i s" aria-hidden />}
            refusal={locked}
            onClick={() => onChange([...items, emptyOf(item)])}
          >
            Add {one}
          </Button>
        </div>
      )}
    </Field>
  )
}
