'use client'

import { useId } from 'react'
import { Field, TextArea, TextInput } from '#components/ui/field'
import type { PredictRow, Signature, SignatureInput } from '#core/model/signature'

/** Texts whose example is longer get several lines. */
const longLine = 90

/** One field per input of the signature. An empty field is a missing value. */
export function RowForm({ signature, row, onChange }: { signature: Signature; row: PredictRow; onChange(row: PredictRow): void }) {
  const texts = signature.inputs.filter(({ type }) => type === 'text')
  const others = signature.inputs.filter(({ type }) => type !== 'text')
  const field = (input: SignatureInput) => (
    <InputField
      key={input.name}
      input={input}
      value={row[input.name] ?? null}
      onChange={(value) => onChange({ ...row, [input.name]: value })}
    />
  )
  return (
    <>
      {texts.map(field)}
      {others.length > 0 ? (
        <div
          className="grid"
          style={{ gridTemplateColumns: `repeat(${others.length === 4 ? 2 : Math.min(3, others.length)}, minmax(0, 1fr))` }}
        >
          {others.map(field)}
        </div>
      ) : null}
    </>
  )
}

function InputField({
  input: { name, type, format, separator, values, example },
  value,
  onChange,
}: {
  input: SignatureInput
  value: PredictRow[string]
  onChange(value: PredictRow[string]): void
}) {
  const listId = useId()
  const text = value === null ? '' : String(value)
  return (
    <Field
      label={<span className="mono">{name}</span>}
      help={separator === undefined ? undefined : `A list, with ${separator === ' ' ? 'a space' : separator} between its entries.`}
    >
      {({ id }) => {
        if (type === 'text' && String(example).length > longLine) {
          return <TextArea id={id} rows={6} value={text} onChange={(event) => onChange(event.target.value)} />
        }
        if (format === 'moment') {
          return <TextInput id={id} placeholder="2026-01-31T18:00:00Z" value={text} onChange={(event) => onChange(event.target.value)} />
        }
        if (type === 'text') return <TextInput id={id} value={text} onChange={(event) => onChange(event.target.value)} />
        if (type === 'number') {
          return (
            <TextInput
              id={id}
              type="number"
              step="any"
              placeholder="missing"
              value={text}
              onChange={(event) => onChange(event.target.value === '' ? null : event.target.valueAsNumber)}
            />
          )
        }
        return (
          <>
            <TextInput id={id} list={listId} placeholder="missing" value={text} onChange={(event) => onChange(event.target.value)} />
            <datalist id={listId}>
              {values?.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          </>
        )
      }}
    </Field>
  )
}
