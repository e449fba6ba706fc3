'use client'

import { ChevronDown, ChevronRight, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '#components/ui/button'
import { Field } from '#components/ui/field'
import { emptyOf, groupWords, type ParamShape } from './describe-param.ts'
import { type ControlProps, type Frame, useForm } from './form-context'
import { isRecord } from './is-record.ts'
import { ParamForm } from './param-form'

type Group = Extract<ParamShape, { kind: 'group' }>

/** A list of small forms (rules of a contract, conditions of a filter, checks of a gate): each one line of words until it is opened. */
export function GroupsControl({ field, path, value, onChange, item, frame }: ControlProps & { item: Group; frame: Frame }) {
  const { locked } = useForm()
  const items = Array.isArray(value) ? value : []
  const [open, setOpen] = useState<number | null>(items.length === 1 ? 0 : null)
  const one = (field.label.endsWith('s') ? field.label.slice(0, -1) : field.label).toLowerCase()
  return (
    <Field {...frame}>
      {({ id, describedBy }) => (
        <div id={id} className="groups" aria-describedby={describedBy}>
          {items.map((each, i) => (
            <GroupItem
              // biome-ignore lint/suspicious/noArrayIndexKey: items have no id of their own, and their order is their identity
              key={i}
              name={`${one} ${i + 1}`}
              item={item}
              value={isRecord(each) ? each : {}}
              path={`${path}.${i}`}
              isOpen={open === i}
              onToggle={() => setOpen(open === i ? null : i)}
              onChange={(next) => onChange(items.map((other, at) => (at === i ? next : other)))}
              onRemove={() => {
                onChange(items.filter((_, at) => at !== i))
                setOpen(null)
              }}
            />
          ))}
          <Button
            size="sm"
            icon={<Plus className="i s" aria-hidden />}
            refusal={locked}
            onClick={() => {
              onChange([...items, emptyOf(item)])
              setOpen(items.length)
            }}
          >
            Add {one}
          </Button>
        </div>
      )}
    </Field>
  )
}

type ItemProps = {
  name: string
  item: Group
  value: Record<string, unknown>
  path: string
  isOpen: boolean
  onToggle(): void
  onChange(value: Record<string, unknown>): void
  onRemove(): void
}

function GroupItem({ name, item, value, path, isOpen, onToggle, onChange, onRemove }: ItemProps) {
  const { locked, problems } = useForm()
  const problem = [...problems].find(([param]) => param === path || param.startsWith(`${path}.`))?.[1]
  return (
    <fieldset className="nested" aria-label={name}>
      <div className="row">
        <button type="button" className="fold-line grow" aria-expanded={isOpen} aria-label={`Settings of ${name}`} onClick={onToggle}>
          {isOpen ? <ChevronDown className="i s" aria-hidden /> : <ChevronRight className="i s" aria-hidden />}
          <span className="trunc">{groupWords(item.fields, value) || name}</span>
        </button>
        <IconButton quiet size="sm" label={`Remove ${name}`} refusal={locked} onClick={onRemove}>
          <Trash2 className="i s" aria-hidden />
        </IconButton>
      </div>
      {isOpen ? (
        <ParamForm fields={item.fields} values={value} path={path} onChange={(param, next) => onChange({ ...value, [param]: next })} />
      ) : problem ? (
        <p className="bad sm">{problem}</p>
      ) : null}
    </fieldset>
  )
}
