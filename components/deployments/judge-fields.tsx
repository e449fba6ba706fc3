'use client'

import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '#components/ui/button'
import { Select, TextInput } from '#components/ui/field'
import { NumberField } from './number-field'
import { type DraftErrors, type StrategyDraft, toleranceFields } from './strategy-draft.ts'

type Judge = StrategyDraft['judge']

/** What the judge tolerates: how much worse a figure may be, how often it may be wrong, and which business figures it watches. */
export function JudgeFields({
  judge,
  errors,
  policy,
  onChange,
}: {
  judge: Judge
  errors: DraftErrors
  /** The policy in one sentence, and all that counts as harm; null while a limit is not valid. */
  policy: { short: string; whole: string } | null
  onChange(judge: Judge): void
}) {
  const hasErrors = Object.keys(errors).some((field) => field.startsWith('judge.'))
  return (
    <details className="fold" open={hasErrors || undefined}>
      <summary>
        <span className="med">Guard limits</span> <span className="sm t2">{policy?.short}</span>
      </summary>
      <p className="sm t2 pt-1">{policy?.whole ?? 'A limit below is not valid yet.'}</p>
      <div className="col gap-3! pt-2">
        <p className="sm t3">How much worse than the champion a figure may be before it counts as harm:</p>
        <div className="pair">
          {toleranceFields.map(({ name, label, unit }) => (
            <NumberField
              key={name}
              label={label}
              unit={unit}
              value={judge.tolerances[name]}
              error={errors[`judge.tolerances.${name}`]}
              onChange={(value) => onChange({ ...judge, tolerances: { ...judge.tolerances, [name]: value } })}
            />
          ))}
          <NumberField
            label="False rollbacks, at most"
            unit="%"
            value={judge.falseAlarms}
            error={errors['judge.falseAlarms']}
            onChange={(falseAlarms) => onChange({ ...judge, falseAlarms })}
          />
          <NumberField
            label="Harm called harmless, at most"
            unit="%"
            value={judge.missedHarm}
            error={errors['judge.missedHarm']}
            onChange={(missedHarm) => onChange({ ...judge, missedHarm })}
          />
        </div>
        <NumberField
          label="Asks a person after"
          unit="times the minutes of a step"
          value={judge.patience}
          error={errors['judge.patience']}
          onChange={(patience) => onChange({ ...judge, patience })}
        />
        <BusinessFigures judge={judge} errors={errors} onChange={onChange} />
      </div>
    </details>
  )
}

function BusinessFigures({ judge, errors, onChange }: { judge: Judge; errors: DraftErrors; onChange(judge: Judge): void }) {
  const { business } = judge
  const set = (next: Judge['business']) => onChange({ ...judge, business: next })
  return (
    <div className="col gap-1!">
      <span className="sm med t2">Business figures that outcomes carry</span>
      {business.map((one, i) => (
        <div key={one.id} className="row">
          <TextInput
            className="grow"
            placeholder="for example revenue"
            aria-label={`Business figure ${i + 1}`}
            value={one.figure}
            invalid={errors[`judge.business.${i}.figure`] !== undefined}
            onChange={(event) => set(business.map((each) => (each.id === one.id ? { ...each, figure: event.target.value } : each)))}
          />
          <Select
            inline
            aria-label={`Better direction of business figure ${i + 1}`}
            value={one.better}
            options={[
              { value: 'higher', label: 'higher is better' },
              { value: 'lower', label: 'lower is better' },
            ]}
            onChange={(event) =>
              set(
                business.map((each) =>
                  each.id === one.id ? { ...each, better: event.target.value === 'lower' ? 'lower' : 'higher' } : each,
                ),
              )
            }
          />
          <IconButton
            quiet
            size="sm"
            label={`Remove business figure ${i + 1}`}
            onClick={() => set(business.filter(({ id }) => id !== one.id))}
          >
            <X className="i s" aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="sm"
          kind="quiet"
          icon={<Plus className="i s" aria-hidden />}
          refusal={business.length >= 5 ? 'Five figures are the most.' : null}
          onClick={() => set([...business, { id: Math.max(-1, ...business.map(({ id }) => id)) + 1, figure: '', better: 'higher' }])}
        >
          Add a figure
        </Button>
      </div>
    </div>
  )
}
