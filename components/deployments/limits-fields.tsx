import { Field, Select, TextInput } from '#components/ui/field'
import { type KeyPriority, keyPriorities } from '#core/keys/key-actions'
import type { LimitsDraft, LimitsErrors } from './limits-draft.ts'

const priorityWords: Record<KeyPriority, string> = {
  high: 'high: the last to wait',
  normal: 'normal',
  low: 'low: the first to be turned away',
}

/** Rate, burst, quota and priority of a key. */
export function LimitsFields({
  draft,
  errors,
  onChange,
}: {
  draft: LimitsDraft
  errors: LimitsErrors
  onChange(draft: LimitsDraft): void
}) {
  return (
    <>
      <div className="pair">
        <NumberField
          label="Requests a second"
          help="On average, on each gateway"
          value={draft.ratePerSecond}
          error={errors.ratePerSecond}
          onChange={(ratePerSecond) => onChange({ ...draft, ratePerSecond })}
        />
        <NumberField
          label="Requests at once"
          help="After a pause; empty for one second’s worth"
          value={draft.burst}
          error={errors.burst}
          onChange={(burst) => onChange({ ...draft, burst })}
        />
      </div>
      <div className="pair">
        <NumberField
          label="Rows a day"
          help="UTC, over all gateways"
          value={draft.rowsPerDay}
          error={errors.rowsPerDay}
          onChange={(rowsPerDay) => onChange({ ...draft, rowsPerDay })}
        />
        <Field label="Priority" help="When there is too much to do" error={errors.priority}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              value={draft.priority}
              options={keyPriorities.map((priority) => ({ value: priority, label: priorityWords[priority] }))}
              onChange={(event) => {
                const priority = keyPriorities.find((each) => each === event.target.value)
                if (priority) onChange({ ...draft, priority })
              }}
            />
          )}
        </Field>
      </div>
    </>
  )
}

function NumberField({
  label,
  help,
  value,
  error,
  onChange,
}: {
  label: string
  help: string
  value: string
  error: string | undefined
  onChange(value: string): void
}) {
  return (
    <Field label={label} help={help} error={error}>
      {({ id, describedBy, invalid }) => (
        <TextInput
          id={id}
          inputMode="decimal"
          placeholder="no limit"
          value={value}
          aria-describedby={describedBy}
          invalid={invalid}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
