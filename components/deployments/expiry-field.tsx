import { Field, Select, TextInput } from '#components/ui/field'
import { type ExpiryDraft, expiryChoices } from './expiry-draft.ts'

/** When a key ends. */
export function ExpiryField({
  label,
  draft,
  error,
  onChange,
}: {
  label: string
  draft: ExpiryDraft
  error: string | null
  onChange(draft: ExpiryDraft): void
}) {
  return (
    <Field label={label} error={error}>
      {({ id, describedBy, invalid }) => (
        <span className="row flex-wrap">
          <Select
            id={id}
            aria-describedby={describedBy}
            value={draft.choice}
            options={expiryChoices}
            onChange={(event) => {
              const choice = expiryChoices.find(({ value }) => value === event.target.value)
              if (choice) onChange({ ...draft, choice: choice.value })
            }}
          />
          {draft.choice === 'date' ? (
            <TextInput
              type="date"
              aria-label="Last day on which it works"
              value={draft.date}
              invalid={invalid}
              onChange={(event) => onChange({ ...draft, date: event.target.value })}
            />
          ) : null}
        </span>
      )}
    </Field>
  )
}
