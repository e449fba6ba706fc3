'use client'

import { Calendar, Hash, ToggleLeft, Type, X } from 'lucide-react'
import { Select, TextInput } from '#components/ui/field'
import type { Column, ColumnType } from '#core/ports/columns'
import { type ControlProps, useForm } from './form-context'

type Ids = { id: string; describedBy: string | undefined; invalid: boolean }

const icons: Record<ColumnType, typeof Type> = { text: Type, number: Hash, integer: Hash, boolean: ToggleLeft, timestamp: Calendar }

/** The icon of a column type. */
export function ColumnIcon({ type }: { type: ColumnType | undefined }) {
  const Icon = type ? icons[type] : Type
  return <Icon className="i" aria-hidden />
}

/** The columns that a picker offers: those of its input, of the types that the stage can take. Undefined: not known yet. */
function useOffered({ field: { meta } }: Pick<ControlProps, 'field'>): readonly Column[] | undefined {
  const { columns, firstTable } = useForm()
  const port = meta.of ?? firstTable
  const known = port === null ? undefined : columns[port]
  return known?.filter((column) => !meta.types || meta.types.includes(column.type))
}

/** One column of the input. Before the input is known its name can be written. */
export function ColumnControl(props: ControlProps & Ids) {
  const { value, onChange, id, describedBy, invalid, field } = props
  const { locked } = useForm()
  const offered = useOffered(props)
  const chosen = String(value ?? '')
  if (!offered) {
    return (
      <TextInput
        id={id}
        aria-describedby={describedBy}
        invalid={invalid}
        mono
        readOnly={locked !== null}
        value={chosen}
        placeholder={field.meta.example}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  const isGone = chosen !== '' && !offered.some((column) => column.name === chosen)
  return (
    <Select
      id={id}
      aria-describedby={describedBy}
      invalid={invalid || isGone}
      disabled={locked !== null}
      value={chosen}
      onChange={(event) => onChange(event.target.value)}
      options={[
        { value: '', label: offered.length === 0 ? 'No column fits' : 'Choose a column' },
        ...(isGone ? [{ value: chosen, label: `${chosen} (not in the input)` }] : []),
        ...offered.map((column) => ({ value: column.name, label: `${column.name} · ${column.type}` })),
      ]}
    />
  )
}

/** Some columns of the input, as chips. */
export function ColumnsControl(props: ControlProps & Ids) {
  const { value, onChange, id, describedBy, field } = props
  const { locked, columns, firstTable } = useForm()
  const offered = useOffered(props)
  const chosen = Array.isArray(value) ? value.map(String) : []
  const all = columns[field.meta.of ?? firstTable ?? ''] ?? []
  const left = offered?.filter((column) => !chosen.includes(column.name))
  const add = (name: string) => {
    if (name !== '' && !chosen.includes(name)) onChange([...chosen, name])
  }
  return (
    <div className="multi">
      {chosen.map((name) => {
        const column = all.find((each) => each.name === name)
        const isGone = offered !== undefined && !column
        return (
          <span key={name} className={isGone ? 'chip bad' : 'chip'} title={isGone ? `${name} is not in the input` : undefined}>
            <ColumnIcon type={column?.type} />
            {name}
            <button
              type="button"
              className="chip-x"
              aria-label={`Leave out ${name}`}
              disabled={locked !== null}
              onClick={() => onChange(chosen.filter((each) => each !== name))}
            >
              <X className="i" aria-hidden />
            </button>
          </span>
        )
      })}
      {left ? (
        <select
          id={id}
          className="bare"
          aria-describedby={describedBy}
          disabled={locked !== null || left.length === 0}
          value=""
          onChange={(event) =>
            event.target.value === '*' ? onChange([...chosen, ...left.map(({ name }) => name)]) : add(event.target.value)
          }
        >
          <option value="">{left.length === 0 ? (chosen.length === 0 ? 'No column fits' : 'No more columns') : 'Add column'}</option>
          {left.length > 1 ? <option value="*">All {left.length}</option> : null}
          {left.map((column) => (
            <option key={column.name} value={column.name}>
              {column.name} · {column.type}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="bare"
          aria-describedby={describedBy}
          placeholder="Write a column, then Enter"
          readOnly={locked !== null}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            add(event.currentTarget.value.trim())
            event.currentTarget.value = ''
          }}
          onBlur={(event) => {
            add(event.currentTarget.value.trim())
            event.currentTarget.value = ''
          }}
        />
      )}
    </div>
  )
}
