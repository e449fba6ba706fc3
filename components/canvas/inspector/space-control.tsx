'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '#components/ui/button'
import { Field, Select, TextInput } from '#components/ui/field'
import { paramTitle } from '#core/tune/param-title'
import type { Dimension, Space } from '#core/tune/space'
import { useCanvasState } from '../canvas-context'
import { type ControlProps, type Frame, useForm } from './form-context'
import { dimensionFor, paramsLeft, rangeWords, readSpace, readValues, usualSpace } from './space-choices.ts'

/** What a search varies: the usual ranges of the estimator, or a list of params with a range or values each. */
export function SpaceControl({ value, onChange, frame }: ControlProps & { frame: Frame }) {
  const { locked, stage } = useForm()
  const stored = useCanvasState((state) => state.graph.stages.find(({ id }) => id === stage)?.params.estimator)
  const estimator = typeof stored === 'string' ? stored : 'logistic-regression'
  const space = readSpace(value)
  const usual = usualSpace(estimator)
  const titleOf = (path: string) => paramTitle(estimator, path)
  return (
    <Field {...frame}>
      {({ id, describedBy }) => (
        <div id={id} className="groups" aria-describedby={describedBy}>
          {space.length === 0
            ? usual.map((dimension) => (
                <div key={dimension.path} className="row sm">
                  <span className="trunc grow">{titleOf(dimension.path)}</span>
                  <span className="t2">{rangeWords(dimension)}</span>
                </div>
              ))
            : space.map((dimension, i) => (
                <DimensionItem
                  key={dimension.path}
                  name={titleOf(dimension.path)}
                  dimension={dimension}
                  onChange={(next) => onChange(space.map((each, at) => (at === i ? next : each)))}
                  onRemove={() => onChange(space.filter((_, at) => at !== i))}
                />
              ))}
          {space.length === 0 ? (
            <Button size="sm" refusal={locked} onClick={() => onChange(usual)}>
              Change the ranges
            </Button>
          ) : (
            <AddParam estimator={estimator} space={space} onChange={onChange} />
          )}
        </div>
      )}
    </Field>
  )
}

function AddParam({ estimator, space, onChange }: { estimator: string; space: Space; onChange(space: Space): void }) {
  const { locked } = useForm()
  const left = paramsLeft(estimator, space)
  const [chosen, setChosen] = useState('')
  const name = left.includes(chosen) ? chosen : (left[0] ?? '')
  const dimension = dimensionFor(estimator, name)
  return (
    <div className="col gap-1">
      {dimension ? (
        <div className="row tight">
          <Select
            aria-label="Param to vary"
            disabled={locked !== null}
            value={name}
            onChange={(event) => setChosen(event.target.value)}
            options={left.map((each) => ({ value: each, label: paramTitle(estimator, `estimator.${each}`) }))}
          />
          <Button size="sm" icon={<Plus className="i s" aria-hidden />} refusal={locked} onClick={() => onChange([...space, dimension])}>
            Add
          </Button>
        </div>
      ) : null}
      <Button size="sm" kind="quiet" refusal={locked} onClick={() => onChange([])}>
        Back to the usual ranges
      </Button>
    </div>
  )
}

type ItemProps = { name: string; dimension: Dimension; onChange(dimension: Dimension): void; onRemove(): void }

function DimensionItem({ name, dimension, onChange, onRemove }: ItemProps) {
  const { locked } = useForm()
  const isOff = locked !== null
  return (
    <fieldset className="nested" aria-label={name}>
      <div className="row">
        <span className="sm med grow trunc">{name}</span>
        <IconButton quiet size="sm" label={`Leave ${name} as it is`} refusal={locked} onClick={onRemove}>
          <Trash2 className="i s" aria-hidden />
        </IconButton>
      </div>
      {dimension.kind === 'choice' ? (
        <Typed
          label={`Values of ${name}, with commas between`}
          stored={dimension.values.map(String).join(', ')}
          isOff={isOff}
          take={(text) => {
            const values = readValues(text)
            if (values.length > 0) onChange({ ...dimension, values })
          }}
        />
      ) : (
        <>
          <div className="row tight">
            {(['low', 'high'] as const).map((end) => (
              <Typed
                key={end}
                label={`${end === 'low' ? 'From' : 'To'}, ${name}`}
                stored={String(dimension[end])}
                isOff={isOff}
                take={(text) => {
                  const number = Number(text.replace(',', '.'))
                  if (text.trim() !== '' && Number.isFinite(number)) onChange({ ...dimension, [end]: number })
                }}
              />
            ))}
          </div>
          <label className="row tight sm">
            <input
              type="checkbox"
              disabled={isOff}
              checked={dimension.log}
              onChange={(event) => onChange({ ...dimension, log: event.target.checked })}
            />
            Logarithmic
          </label>
        </>
      )}
    </fieldset>
  )
}

/** A line of text that is read when it is left, so that half a number is not taken for one. */
function Typed({ label, stored, isOff, take }: { label: string; stored: string; isOff: boolean; take(text: string): void }) {
  const [typed, setTyped] = useState<string | null>(null)
  const done = () => {
    if (typed !== null) take(typed)
    setTyped(null)
  }
  return (
    <TextInput
      aria-label={label}
      className="num"
      readOnly={isOff}
      value={typed ?? stored}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === 'Enter') done()
      }}
    />
  )
}
