'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { DataSetPicker } from '#components/canvas/data/data-set-picker'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, Select, TextInput } from '#components/ui/field'
import type { Graph } from '#core/graph/graph'
import type { Column } from '#core/ports/columns'
import type { TemplateField } from '#core/templates/template'
import { useStartWorkflow } from './use-start-workflow.ts'

export type TemplateView = { name: string; title: string; summary: string; fields: TemplateViewField[]; graph: Graph }
type TemplateViewField = Omit<TemplateField, 'of' | 'default'> & { of?: string | undefined; default?: string | undefined }

/** What a template needs to know before it makes a workflow. */
export function TemplateDialog({ template, onClose }: { template: TemplateView; onClose(): void }) {
  const { start, isBusy } = useStartWorkflow()
  const trpc = useTRPC()
  const { data: sets } = useQuery(trpc.dataSets.list.queryOptions())
  const [answers, setAnswers] = useState<Record<string, string>>({})
  const columnsOf = (set: string | undefined) => sets?.find((each) => each.id === set)?.newest.columns ?? undefined
  const missing = template.fields.find((field) => field.default === undefined && !answers[field.name]?.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!missing && !isBusy) start({ template: template.name, answers: given(answers) })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={template.title}
      description={template.summary}
      width={520}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form="template"
            busy={isBusy}
            refusal={missing ? `Say first: ${missing.title.toLowerCase()}.` : null}
          >
            Make the workflow
          </Button>
        </>
      }
    >
      <form id="template" className="col gap-3" onSubmit={submit}>
        {template.fields.map((field) => (
          <Field key={field.name} label={field.default === undefined ? field.title : `${field.title}, optional`} help={field.description}>
            {({ id, describedBy }) => (
              <Answer
                field={field}
                id={id}
                describedBy={describedBy}
                value={answers[field.name] ?? ''}
                columns={field.of === undefined ? undefined : columnsOf(answers[field.of])}
                onChange={(answer) => setAnswers((before) => ({ ...before, [field.name]: answer }))}
              />
            )}
          </Field>
        ))}
      </form>
    </Dialog>
  )
}

type AnswerProps = {
  field: TemplateViewField
  id: string
  describedBy: string | undefined
  value: string
  /** Columns of the data set that was chosen, for a field that asks for one of them. */
  columns: readonly Column[] | undefined
  onChange(answer: string): void
}

function Answer({ field, id, describedBy, value, columns, onChange }: AnswerProps) {
  if (field.kind === 'data-set') return <DataSetPicker id={id} describedBy={describedBy} value={value} onChange={onChange} />
  if (field.kind === 'column' && columns) {
    return (
      <Select
        id={id}
        aria-describedby={describedBy}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        options={[
          { value: '', label: 'Choose a column' },
          ...columns.map(({ name, type }) => ({ value: name, label: `${name} · ${type}` })),
        ]}
      />
    )
  }
  return (
    <TextInput
      id={id}
      aria-describedby={describedBy}
      placeholder={field.default || field.example}
      readOnly={field.kind === 'column'}
      value={field.kind === 'column' ? '' : value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

/** Only what was answered: the rest has a default. */
function given(answers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer.trim() !== ''))
}
