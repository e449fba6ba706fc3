'use client'

import { Field, Select, TextArea, TextInput, Toggle } from '#components/ui/field'
import { ColumnControl, ColumnsControl } from './column-controls'
import { DataSetControl } from './data-set-control'
import type { ParamField } from './describe-param.ts'
import { type ControlProps, type Frame, useForm } from './form-context'
import { GroupsControl } from './groups-control'
import { isRecord } from './is-record.ts'
import { ChoicesControl, TextsControl } from './list-controls'
import { ModelFileControl } from './model-file-control'
import { NumberControl } from './number-control'
import { ParamForm } from './param-form'
import { plainIssue } from './plain-issue.ts'
import { SpaceControl } from './space-control'

/** The control that a param needs, with its help, its example and what is wrong. */
export function ParamControl(props: ControlProps) {
  const { field, path, value, isSet, onChange } = props
  const { problems, locked } = useForm()
  const { shape, meta } = field
  const isOff = locked !== null
  const error = (isSet ? plainIssue(field, value) : null) ?? problems.get(path) ?? null
  const frame = { label: field.label, error, help: <Help field={field} /> }

  if (meta.control === 'data-set') return <Field {...frame}>{(ids) => <DataSetControl {...props} {...ids} />}</Field>
  if (meta.control === 'onnx-file') return <Field {...frame}>{(ids) => <ModelFileControl {...props} {...ids} />}</Field>
  if (meta.control === 'column') return <Field {...frame}>{(ids) => <ColumnControl {...props} {...ids} />}</Field>
  if (meta.control === 'space') return <SpaceControl {...props} frame={frame} />
  if (meta.control === 'columns') return <Field {...frame}>{(ids) => <ColumnsControl {...props} {...ids} />}</Field>

  switch (shape.kind) {
    case 'toggle':
      return (
        <Field {...frame} flip>
          {({ id, describedBy }) => (
            <Toggle id={id} describedBy={describedBy} checked={value === true} disabled={isOff} onChange={onChange} />
          )}
        </Field>
      )
    case 'choice':
      return (
        <Field {...frame}>
          {({ id, describedBy, invalid }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              invalid={invalid}
              disabled={isOff}
              value={String(value ?? '')}
              onChange={(event) => onChange(event.target.value)}
              options={shape.values.map((choice) => ({ value: choice, label: choice }))}
            />
          )}
        </Field>
      )
    case 'number':
      return <NumberControl {...props} shape={shape} frame={frame} isOff={isOff} />
    case 'text': {
      const isLong = meta.control === 'textarea' || meta.control === 'sql'
      return (
        <Field {...frame}>
          {({ id, describedBy, invalid }) => {
            const common = {
              id,
              'aria-describedby': describedBy,
              invalid,
              readOnly: isOff,
              value: String(value ?? ''),
              spellCheck: meta.control === 'textarea',
              ...(shape.maxLength !== null && { maxLength: shape.maxLength }),
            }
            return isLong ? (
              <TextArea
                {...common}
                mono={meta.control === 'sql'}
                rows={meta.control === 'sql' ? 8 : 3}
                onChange={(event) => onChange(event.target.value)}
              />
            ) : (
              <>
                <TextInput
                  {...common}
                  unit={meta.unit}
                  placeholder={meta.example}
                  {...(meta.suggest && { list: `${id}-list` })}
                  onChange={(event) => onChange(event.target.value)}
                />
                {meta.suggest ? (
                  <datalist id={`${id}-list`}>
                    {meta.suggest.map((each) => (
                      <option key={each} value={each} />
                    ))}
                  </datalist>
                ) : null}
              </>
            )
          }}
        </Field>
      )
    }
    case 'list':
      if (shape.item.kind === 'choice') return <ChoicesControl {...props} values={shape.item.values} frame={frame} />
      if (shape.item.kind === 'group') return <GroupsControl {...props} item={shape.item} frame={frame} />
      return <TextsControl {...props} isNumber={shape.item.kind === 'number'} frame={frame} />
    case 'group':
    case 'variants':
      return <NestedControl {...props} />
    case 'record':
    case 'other':
      return <JsonControl {...props} frame={frame} isOff={isOff} />
  }
}

/** One line of help, with one example where it says more than the control itself. */
function Help({ field: { meta, shape } }: { field: ParamField }) {
  const isClear = shape.kind === 'toggle' || shape.kind === 'choice' || meta.example === undefined
  return (
    <>
      {meta.description}
      {isClear ? null : (
        <>
          {' '}
          For example <span className="t2">{meta.example}</span>.
        </>
      )}
    </>
  )
}

function NestedControl({ field, path, value, onChange }: ControlProps) {
  const { locked } = useForm()
  const { shape } = field
  const values = isRecord(value) ? value : {}
  const set = (name: string, next: unknown) => onChange({ ...values, [name]: next })
  if (shape.kind !== 'group' && shape.kind !== 'variants') return null
  const variant =
    shape.kind === 'variants' ? (shape.variants.find((each) => each.value === values[shape.on]) ?? shape.variants[0]) : undefined
  return (
    <fieldset className="nested">
      <legend className="sm med t2">{field.label}</legend>
      {shape.kind === 'variants' ? (
        <Select
          aria-label={field.label}
          disabled={locked !== null}
          value={variant?.value}
          onChange={(event) => {
            const chosen = shape.variants.find((each) => each.value === event.target.value)
            onChange({
              [shape.on]: event.target.value,
              ...Object.fromEntries((chosen?.fields ?? []).map((each) => [each.name, each.initial])),
            })
          }}
          options={shape.variants.map((each) => ({ value: each.value, label: each.value }))}
        />
      ) : null}
      <ParamForm fields={shape.kind === 'group' ? shape.fields : (variant?.fields ?? [])} values={values} path={path} onChange={set} />
    </fieldset>
  )
}

/** Anything else is written as JSON: nothing that a stage takes is out of reach. */
function JsonControl({ value, onChange, frame, isOff }: ControlProps & { frame: Frame; isOff: boolean }) {
  return (
    <Field {...frame}>
      {({ id, describedBy, invalid }) => (
        <TextArea
          id={id}
          aria-describedby={describedBy}
          invalid={invalid}
          mono
          readOnly={isOff}
          defaultValue={JSON.stringify(value, null, 2)}
          onBlur={(event) => {
            try {
              onChange(JSON.parse(event.target.value))
            } catch {
              onChange(event.target.value) // not JSON: the check of the param says what it wants
            }
          }}
        />
      )}
    </Field>
  )
}
