'use client'

import { useId } from 'react'
import { Field, Select, TextInput, Toggle } from '#components/ui/field'
import { NumberField } from './number-field'
import { StepsTable } from './steps-table'
import { type DraftErrors, type StrategyDraft, type StrategyKind, withKind } from './strategy-draft.ts'
import { strategyChoices } from './strategy-words.ts'

/** How a version comes to its traffic: one choice with its sentence, and what that choice needs to know. */
export function StrategyFields({
  draft,
  errors,
  refusals,
  plan,
  onChange,
}: {
  draft: StrategyDraft
  errors: DraftErrors
  /** Why a strategy cannot be chosen now. */
  refusals: Partial<Record<StrategyKind, string>>
  /** What it will do, in one sentence; null while the form has errors. */
  plan: string | null
  onChange(draft: StrategyDraft): void
}) {
  const id = useId()
  return (
    <fieldset className="col gap-2!">
      <legend className="med mb-2">Strategy</legend>
      <div className="strategies">
        {strategyChoices.map(({ kind, title, sentence }) => {
          const refusal = refusals[kind]
          return (
            <label key={kind} className="strategy" data-on={draft.kind === kind} data-off={refusal !== undefined}>
              <input
                type="radio"
                name="strategy"
                checked={draft.kind === kind}
                disabled={refusal !== undefined}
                aria-labelledby={`${id}-${kind}`}
                aria-describedby={`${id}-${kind}-about`}
                onChange={() => onChange(withKind(draft, kind))}
              />
              <span>
                <span id={`${id}-${kind}`} className="med">
                  {title}
                </span>
                <span id={`${id}-${kind}-about`} className="sm t2 block">
                  {refusal ?? sentence}
                </span>
              </span>
            </label>
          )
        })}
      </div>
      <Details draft={draft} errors={errors} onChange={onChange} />
      {plan ? <p className="sm t2">{plan}</p> : null}
    </fieldset>
  )
}

const sharesByHand = ['50', '25', '10', '5', '1']

type DetailsProps = { draft: StrategyDraft; errors: DraftErrors; onChange(draft: StrategyDraft): void }

function Details({ draft, errors, onChange }: DetailsProps) {
  switch (draft.kind) {
    case 'all-at-once':
      return null
    case 'canary':
      return (
        <>
          <StepsTable steps={draft.steps} errors={errors} onChange={(steps) => onChange({ ...draft, steps })} />
          <ByItself draft={draft} onChange={onChange} />
        </>
      )
    case 'blue-green':
      return (
        <>
          <TimeFields draft={draft} errors={errors} onChange={onChange} />
          <ByItself draft={draft} onChange={onChange} />
        </>
      )
    case 'shadow':
      return (
        <>
          <ShareAndTime draft={draft} errors={errors} onChange={onChange} label="Requests that are copied" />
          <Field label="When it holds">
            {({ id }) => (
              <Select
                id={id}
                value={draft.onGood}
                options={[
                  { value: 'ask', label: 'ask a person' },
                  { value: 'promote', label: 'give it all traffic' },
                ]}
                onChange={(event) => onChange({ ...draft, onGood: event.target.value === 'promote' ? 'promote' : 'ask' })}
              />
            )}
          </Field>
        </>
      )
    case 'ab':
      return <ShareAndTime draft={draft} errors={errors} onChange={onChange} label="Share of the new version" />
    case 'by-hand':
      return (
        <Field label="Share of the traffic" error={errors.share}>
          {({ id, describedBy, invalid }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              invalid={invalid}
              value={draft.share}
              options={sharesByHand.map((share) => ({ value: share, label: `${share} %, as challenger` }))}
              onChange={(event) => onChange({ ...draft, share: event.target.value })}
            />
          )}
        </Field>
      )
    case 'bandit':
      return <BanditFields draft={draft} errors={errors} onChange={onChange} />
  }
}

function TimeFields({ draft, errors, onChange }: DetailsProps) {
  return (
    <div className="pair">
      <NumberField
        label="At least"
        unit="min"
        value={draft.minutes}
        error={errors.minutes}
        onChange={(minutes) => onChange({ ...draft, minutes })}
      />
      <NumberField
        label="and"
        unit="answers"
        value={draft.minSamples}
        error={errors.minSamples}
        onChange={(minSamples) => onChange({ ...draft, minSamples })}
      />
    </div>
  )
}

function ShareAndTime({ label, ...props }: DetailsProps & { label: string }) {
  const { draft, errors, onChange } = props
  return (
    <>
      <NumberField label={label} unit="%" value={draft.share} error={errors.share} onChange={(share) => onChange({ ...draft, share })} />
      <TimeFields {...props} />
    </>
  )
}

function BanditFields(props: DetailsProps) {
  const { draft, errors, onChange } = props
  return (
    <>
      <div className="pair">
        <Field label="Method">
          {({ id }) => (
            <Select
              id={id}
              value={draft.method}
              options={[
                { value: 'thompson', label: 'Thompson sampling' },
                { value: 'epsilon-greedy', label: 'epsilon-greedy' },
              ]}
              onChange={(event) => onChange({ ...draft, method: event.target.value === 'thompson' ? 'thompson' : 'epsilon-greedy' })}
            />
          )}
        </Field>
        {draft.method === 'epsilon-greedy' ? (
          <NumberField
            label="By chance"
            unit="%"
            value={draft.epsilon}
            error={errors.epsilon}
            onChange={(epsilon) => onChange({ ...draft, epsilon })}
          />
        ) : null}
      </div>
      <Field label="Learns from" help="The business figure that outcomes carry, or nothing for right answers." error={errors.reward}>
        {({ id, describedBy, invalid }) => (
          <TextInput
            id={id}
            placeholder="right answers"
            value={draft.reward}
            aria-describedby={describedBy}
            invalid={invalid}
            onChange={(event) => onChange({ ...draft, reward: event.target.value })}
          />
        )}
      </Field>
      <TimeFields {...props} />
    </>
  )
}

function ByItself({ draft, onChange }: Omit<DetailsProps, 'errors'>) {
  return (
    <Field flip label={draft.kind === 'canary' ? 'Step by itself' : 'Roll back by itself'}>
      {({ id }) => <Toggle id={id} checked={draft.automatic} onChange={(automatic) => onChange({ ...draft, automatic })} />}
    </Field>
  )
}
