'use client'

import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '#components/ui/button'
import { Field, Select, TextInput, Toggle } from '#components/ui/field'
import { NumberField } from './number-field'
import { type FallbackDraft, fallbackCauses, type ServeDraft, type SettingsErrors, withFallback } from './settings-draft.ts'

export type VersionChoice = { id: string; number: number }

type Props = {
  draft: ServeDraft
  errors: SettingsErrors
  /** Versions that may stand in. */
  versions: readonly VersionChoice[]
  /** The newest version that served alone and well before; null when there is none. */
  lastGood: VersionChoice | null
  /** Versions that have traffic: no use as a fallback of themselves. */
  serving: readonly string[]
  isRegression: boolean
  onChange(draft: ServeDraft): void
}

/** How a release serves: who stands in, timeout, batching, cache, low confidence and review, a standing shadow. */
export function ServeFields(props: Props) {
  const { draft, errors, isRegression, onChange } = props
  return (
    <div className="col gap-4!">
      <FallbackFields {...props} />
      <NumberField
        label="Timeout"
        unit="ms"
        help="An answer that takes longer is a timeout."
        value={draft.timeoutMs}
        error={errors.timeoutMs}
        onChange={(timeoutMs) => onChange({ ...draft, timeoutMs })}
      />
      {isRegression ? null : (
        <div className="pair">
          <NumberField
            label="Low confidence below"
            value={draft.lowConfidence}
            error={errors.lowConfidence}
            onChange={(lowConfidence) => onChange({ ...draft, lowConfidence })}
          />
          <NumberField
            label="Of those, for review"
            unit="%"
            value={draft.reviewShare}
            error={errors.reviewShare}
            onChange={(reviewShare) => onChange({ ...draft, reviewShare })}
          />
        </div>
      )}
      <BatchingFields {...props} />
      <CacheFields {...props} />
      <ShadowFields {...props} />
    </div>
  )
}

function BatchingFields({ draft, errors, onChange }: Props) {
  const { batching } = draft
  return (
    <div className="col gap-2!">
      <Field flip label="Batch requests while it pays">
        {({ id }) => (
          <Toggle id={id} checked={batching.isOn} onChange={(isOn) => onChange({ ...draft, batching: { ...batching, isOn } })} />
        )}
      </Field>
      {batching.isOn ? (
        <div className="pair">
          <NumberField
            label="Rows at most"
            value={batching.rows}
            error={errors['batching.rows']}
            onChange={(rows) => onChange({ ...draft, batching: { ...batching, rows } })}
          />
          <NumberField
            label="Waits at most"
            unit="ms"
            value={batching.waitMs}
            error={errors['batching.waitMs']}
            onChange={(waitMs) => onChange({ ...draft, batching: { ...batching, waitMs } })}
          />
        </div>
      ) : null}
    </div>
  )
}

function CacheFields({ draft, errors, onChange }: Props) {
  const { cache } = draft
  return (
    <div className="col gap-2!">
      <Field flip label="Cache answers of equal inputs">
        {({ id }) => <Toggle id={id} checked={cache.isOn} onChange={(isOn) => onChange({ ...draft, cache: { ...cache, isOn } })} />}
      </Field>
      {cache.isOn ? (
        <NumberField
          label="Answers kept a version"
          value={cache.entries}
          error={errors['cache.entries']}
          onChange={(entries) => onChange({ ...draft, cache: { ...cache, entries } })}
        />
      ) : null}
    </div>
  )
}

function ShadowFields({ draft, errors, versions, onChange }: Props) {
  const { shadow } = draft
  return (
    <div className="pair">
      <Field label="Standing shadow" help="Gets copies; its answers are compared and discarded.">
        {({ id, describedBy }) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            value={shadow.versionId}
            options={[{ value: '', label: 'none' }, ...versions.map((version) => ({ value: version.id, label: `v${version.number}` }))]}
            onChange={(event) => onChange({ ...draft, shadow: { ...shadow, versionId: event.target.value } })}
          />
        )}
      </Field>
      {shadow.versionId ? (
        <NumberField
          label="Requests that are copied"
          unit="%"
          value={shadow.share}
          error={errors['shadow.share']}
          onChange={(share) => onChange({ ...draft, shadow: { ...shadow, share } })}
        />
      ) : null}
    </div>
  )
}

function FallbackFields({ draft, errors, versions, lastGood, serving, isRegression, onChange }: Props) {
  const { fallback } = draft
  const setSteps = (steps: FallbackDraft[]) => onChange({ ...draft, fallback: { ...fallback, steps } })
  const set = (id: number, change: Partial<FallbackDraft>) =>
    setSteps(fallback.steps.map((step) => (step.id === id ? { ...step, ...change } : step)))
  return (
    <fieldset className="col gap-2!">
      <legend className="sm med t2 mb-1">Fallback chain, tried in order</legend>
      {fallback.steps.length === 0 ? <p className="sm t3">Nobody stands in: an error, a timeout or overload reaches the caller.</p> : null}
      {fallback.steps.map((step, i) => (
        <FallbackLine
          key={step.id}
          step={step}
          place={i + 1}
          error={errors[`fallback.steps.${i}`]}
          versions={versions}
          lastGood={lastGood}
          isRegression={isRegression}
          onChange={(change) => set(step.id, change)}
          onRemove={() => setSteps(fallback.steps.filter(({ id }) => id !== step.id))}
        />
      ))}
      <div>
        <Button
          size="sm"
          kind="quiet"
          icon={<Plus className="i s" aria-hidden />}
          refusal={fallback.steps.length >= 5 ? 'Five are the most.' : null}
          onClick={() =>
            setSteps(withFallback(fallback.steps, { versionIds: versions.map(({ id }) => id), serving, lastGood: lastGood?.id ?? null }))
          }
        >
          Add a fallback
        </Button>
      </div>
      {fallback.steps.length > 0 ? (
        <>
          <div className="row flex-wrap">
            <span className="sm t2">Asked on</span>
            {fallbackCauses.map(({ value, label }) => (
              <label key={value} className="row tight sm">
                <input
                  type="checkbox"
                  checked={fallback.on.includes(value)}
                  onChange={(event) => {
                    const others = fallback.on.filter((each) => each !== value)
                    onChange({ ...draft, fallback: { ...fallback, on: event.target.checked ? [...others, value] : others } })
                  }}
                />
                {label}
              </label>
            ))}
          </div>
          {isRegression ? null : (
            <NumberField
              label="and on a confidence below"
              help="Nothing for never."
              value={fallback.belowConfidence}
              error={errors['fallback.belowConfidence']}
              onChange={(belowConfidence) => onChange({ ...draft, fallback: { ...fallback, belowConfidence } })}
            />
          )}
        </>
      ) : null}
    </fieldset>
  )
}

function FallbackLine({
  step,
  place,
  error,
  versions,
  lastGood,
  isRegression,
  onChange,
  onRemove,
}: Pick<Props, 'versions' | 'lastGood' | 'isRegression'> & {
  step: FallbackDraft
  place: number
  error: string | undefined
  onChange(change: Partial<FallbackDraft>): void
  onRemove(): void
}) {
  const value = step.kind === 'answer' ? 'answer' : step.lastGood ? 'last-good' : step.versionId
  const choose = (chosen: string) => {
    if (chosen === 'answer') onChange({ kind: 'answer', versionId: '', lastGood: false })
    else if (chosen === 'last-good' && lastGood) onChange({ kind: 'version', versionId: lastGood.id, lastGood: true })
    else onChange({ kind: 'version', versionId: chosen, lastGood: false })
  }
  return (
    <div>
      <div className="row">
        <span className="sm t3 num w-3">{place}</span>
        <Select
          inline
          aria-label={`Fallback ${place}`}
          value={value}
          invalid={error !== undefined && step.kind === 'version'}
          options={[
            ...(step.kind === 'version' && step.versionId === '' ? [{ value: '', label: 'choose' }] : []),
            ...(lastGood ? [{ value: 'last-good', label: `last good version, v${lastGood.number}` }] : []),
            ...versions.map((version) => ({ value: version.id, label: `v${version.number}` })),
            { value: 'answer', label: 'a stated answer' },
          ]}
          onChange={(event) => choose(event.target.value)}
        />
        {step.kind === 'answer' ? (
          <TextInput
            className="grow"
            aria-label={`Stated answer of fallback ${place}`}
            placeholder={isRegression ? 'a number' : 'a class'}
            value={step.answer}
            invalid={error !== undefined}
            onChange={(event) => onChange({ answer: event.target.value })}
          />
        ) : (
          <span className="grow" />
        )}
        <IconButton quiet size="sm" label={`Remove fallback ${place}`} onClick={onRemove}>
          <X className="i s" aria-hidden />
        </IconButton>
      </div>
      {error ? <p className="sm bad pl-5">{error}</p> : null}
    </div>
  )
}
