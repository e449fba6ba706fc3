'use client'

import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '#components/ui/button'
import { TextInput } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import { type DraftErrors, type StepDraft, withStep } from './strategy-draft.ts'

/** The steps of a canary, one a line; what is wrong stands under the table, by step. */
export function StepsTable({ steps, errors, onChange }: { steps: StepDraft[]; errors: DraftErrors; onChange(steps: StepDraft[]): void }) {
  const set = (id: number, change: Partial<StepDraft>) => onChange(steps.map((step) => (step.id === id ? { ...step, ...change } : step)))
  const problems = steps.flatMap((_, i) =>
    (['share', 'minutes', 'minSamples'] as const).flatMap((part) => {
      const words = errors[`steps.${i}.${part}`]
      return words ? [`Step ${i + 1}: ${words}`] : []
    }),
  )
  const own = errors.steps
  return (
    <div className="col gap-1!">
      <ScrollX label="Steps of the canary">
        <table className="steps">
          <thead>
            <tr>
              <th>step</th>
              <th>share</th>
              <th>at least</th>
              <th>and</th>
              <th>
                <span className="sr">remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step, i) => (
              <tr key={step.id}>
                <td className="t2">{i + 1}</td>
                <StepCell
                  name="Share"
                  unit="%"
                  i={i}
                  value={step.share}
                  error={errors[`steps.${i}.share`]}
                  onChange={(share) => set(step.id, { share })}
                />
                <StepCell
                  name="Minutes"
                  unit="min"
                  i={i}
                  value={step.minutes}
                  error={errors[`steps.${i}.minutes`]}
                  onChange={(minutes) => set(step.id, { minutes })}
                />
                <StepCell
                  name="Answers"
                  unit="answers"
                  i={i}
                  value={step.minSamples}
                  error={errors[`steps.${i}.minSamples`]}
                  onChange={(minSamples) => set(step.id, { minSamples })}
                />
                <td>
                  <IconButton
                    quiet
                    size="sm"
                    label={`Remove step ${i + 1}`}
                    refusal={steps.length === 1 ? 'A canary has at least one step.' : null}
                    onClick={() => onChange(steps.filter(({ id }) => id !== step.id))}
                  >
                    <X className="i s" aria-hidden />
                  </IconButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <div aria-live="polite">
        {[...(own ? [own] : []), ...problems].map((problem) => (
          <p key={problem} className="sm bad">
            {problem}
          </p>
        ))}
      </div>
      <div className="row">
        <Button
          size="sm"
          kind="quiet"
          icon={<Plus className="i s" aria-hidden />}
          refusal={steps.length >= 10 ? 'Ten steps are the most.' : null}
          onClick={() => onChange(withStep(steps))}
        >
          Add a step
        </Button>
        <span className="sm t3">100 % is the end of it.</span>
      </div>
    </div>
  )
}

function StepCell({
  name,
  unit,
  i,
  value,
  error,
  onChange,
}: {
  name: string
  unit: string
  i: number
  value: string
  error: string | undefined
  onChange(value: string): void
}) {
  return (
    <td>
      <TextInput
        className="num"
        unit={unit}
        inputMode="decimal"
        aria-label={`${name} of step ${i + 1}`}
        title={error}
        value={value}
        invalid={error !== undefined}
        onChange={(event) => onChange(event.target.value)}
      />
    </td>
  )
}
