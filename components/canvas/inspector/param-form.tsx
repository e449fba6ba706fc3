'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { isShown, type ParamField } from './describe-param.ts'
import { useForm } from './form-context'

type Props = {
  fields: readonly ParamField[]
  values: Record<string, unknown>
  /** Dotted name of what holds the fields; '' for the params themselves. */
  path: string
  onChange(name: string, value: unknown): void
}

/** The fields of a group: what matters first, the advanced ones folded away. */
export function ParamForm({ fields, values, path, onChange }: Props) {
  const { Control } = useForm()
  const [isOpen, setOpen] = useState(false)
  const shown = fields.filter((field) => isShown(field, fields, values))
  const advanced = shown.filter((field) => field.meta.advanced)
  const draw = (field: ParamField) => (
    <Control
      key={field.name}
      field={field}
      path={path === '' ? field.name : `${path}.${field.name}`}
      value={values[field.name] ?? field.initial}
      isSet={values[field.name] !== undefined}
      onChange={(value) => onChange(field.name, value)}
    />
  )
  return (
    <>
      {shown.filter((field) => !field.meta.advanced).map(draw)}
      {advanced.length > 0 ? (
        <>
          <button type="button" className="link sm row tight" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? <ChevronDown className="i s" aria-hidden /> : <ChevronRight className="i s" aria-hidden />}
            Advanced
          </button>
          {isOpen ? advanced.map(draw) : null}
        </>
      ) : null}
    </>
  )
}
