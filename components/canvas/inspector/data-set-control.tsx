'use client'

import { Field, TextInput } from '#components/ui/field'
import { DataSetPicker } from '../data/data-set-picker'
import { type ControlProps, useForm } from './form-context'
import { isRecord } from './is-record.ts'

type Props = ControlProps & { id: string; describedBy: string | undefined; invalid: boolean }

/** Which data set a stage reads, and whether always its newest version. */
export function DataSetControl({ value, onChange, id, describedBy, invalid }: Props) {
  const { locked } = useForm()
  const chosen = isRecord(value) ? String(value.dataSet ?? '') : ''
  const version = isRecord(value) && typeof value.version === 'number' ? value.version : undefined
  const set = (dataSet: string, number: number | undefined) =>
    onChange(dataSet === '' ? null : { dataSet, ...(number !== undefined && { version: number }) })
  return (
    <div className="col">
      <DataSetPicker
        id={id}
        describedBy={describedBy}
        invalid={invalid}
        value={chosen}
        locked={locked}
        onChange={(dataSet) => set(dataSet, undefined)}
      />
      {chosen === '' ? null : (
        <Field label="Version">
          {(ids) => (
            <TextInput
              id={ids.id}
              className="num"
              inputMode="numeric"
              placeholder="the newest at each run"
              readOnly={locked !== null}
              value={version === undefined ? '' : String(version)}
              onChange={(event) => set(chosen, Number(event.target.value.replaceAll(/\D/g, '')) || undefined)}
            />
          )}
        </Field>
      )}
    </div>
  )
}
