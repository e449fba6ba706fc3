'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, Select, TextInput, Toggle } from '#components/ui/field'
import { tell, tellError } from '#components/ui/toasts'
import { figureMinutes, figureUnit } from '#core/monitor/figures'
import type { AlertRuleView, MonitorView } from '#core/monitor/views'
import { plural } from '#core/words/format'
import { draftErrors, draftFor, draftOf, figureOptions, type RuleDraft, ruleOf, unitWords } from './rule-form.ts'

/** Makes a rule, or changes one. */
export function RuleDialog({ view, rule, onClose }: { view: MonitorView; rule: AlertRuleView | null; onClose(): void }) {
  const [draft, setDraft] = useState<RuleDraft>(() => (rule ? draftOf(rule) : draftFor('errorRate')))
  const [wasTried, setTried] = useState(false)
  const trpc = useTRPC()
  const queries = useQueryClient()
  const done = {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() })
      tell({ title: rule ? 'Rule changed' : 'Rule added', detail: `${draft.name} is looked at every 15 s.` })
      onClose()
    },
    onError: (error: unknown) => tellError('Rule not saved', error),
  }
  const create = useMutation(trpc.alerts.createRule.mutationOptions(done))
  const update = useMutation(trpc.alerts.updateRule.mutationOptions(done))
  const isBusy = create.isPending || update.isPending
  const errors = draftErrors(draft)
  const save = () => {
    setTried(true)
    if (Object.keys(errors).length > 0 || isBusy) return
    if (rule) update.mutate({ ...ruleOf(draft), id: rule.id })
    else create.mutate({ ...ruleOf(draft), deployment: view.deployment.name })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={rule ? 'Change alert rule' : 'New alert rule'}
      description={`On ${view.deployment.name}. One alert opens when the figure stays beyond its limit, and closes when it is clear of it for as long.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={isBusy} onClick={save}>
            {rule ? 'Save rule' : 'Add rule'}
          </Button>
        </>
      }
    >
      <form
        className="col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <RuleFields
          draft={draft}
          errors={wasTried ? errors : {}}
          options={figureOptions(view)}
          onChange={(change) => setDraft({ ...draft, ...change })}
          onFigure={(figure) => setDraft(rule ? { ...draft, figure } : { ...draftFor(figure), webhook: draft.webhook })}
        />
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  )
}

function RuleFields({
  draft,
  errors,
  options,
  onChange,
  onFigure,
}: {
  draft: RuleDraft
  errors: ReturnType<typeof draftErrors>
  options: ReturnType<typeof figureOptions>
  onChange(change: Partial<RuleDraft>): void
  onFigure(figure: string): void
}) {
  return (
    <>
      <Field label="Figure" help={`Measured over the last ${plural(figureMinutes(draft.figure), 'minute')}.`}>
        {({ id, describedBy }) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            value={draft.figure}
            options={
              options.some((one) => one.value === draft.figure) ? options : [...options, { value: draft.figure, label: draft.figure }]
            }
            onChange={(event) => onFigure(event.currentTarget.value)}
          />
        )}
      </Field>
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
        <Field label="Alert when it is">
          {({ id }) => (
            <Select
              id={id}
              value={draft.operator}
              options={[
                { value: '>', label: 'above' },
                { value: '<', label: 'below' },
              ]}
              onChange={(event) => onChange({ operator: event.currentTarget.value === '<' ? '<' : '>' })}
            />
          )}
        </Field>
        <Field label="Limit" error={errors.limit}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              inputMode="decimal"
              value={draft.limit}
              unit={unitWords[figureUnit(draft.figure)] || undefined}
              invalid={invalid}
              aria-describedby={describedBy}
              onChange={(event) => onChange({ limit: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="For" error={errors.minutes}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              inputMode="numeric"
              value={draft.minutes}
              unit="min"
              invalid={invalid}
              aria-describedby={describedBy}
              onChange={(event) => onChange({ minutes: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <Field label="Name" error={errors.name}>
        {({ id, describedBy, invalid }) => (
          <TextInput
            id={id}
            value={draft.name}
            maxLength={80}
            invalid={invalid}
            aria-describedby={describedBy}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Webhook" help="Gets a POST with JSON when an alert opens and when it closes. Optional." error={errors.webhook}>
        {({ id, describedBy, invalid }) => (
          <TextInput
            id={id}
            type="url"
            value={draft.webhook}
            placeholder="https://"
            invalid={invalid}
            aria-describedby={describedBy}
            onChange={(event) => onChange({ webhook: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Count test traffic" flip>
        {({ id }) => <Toggle id={id} checked={draft.includesTest} onChange={(includesTest) => onChange({ includesTest })} />}
      </Field>
      <Field label="Rule is on" flip>
        {({ id }) => <Toggle id={id} checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />}
      </Field>
    </>
  )
}
