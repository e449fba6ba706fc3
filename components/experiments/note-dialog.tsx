'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, TextArea, TextInput } from '#components/ui/field'
import type { Experiment } from '#core/experiments/views'
import { readTags } from './experiment-words.ts'

/** Tags and a note of one experiment, for everybody. */
export function NoteDialog({ experiment, onClose }: { experiment: Experiment; onClose(): void }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const refusal = useRefusal('analyst')
  const [tags, setTags] = useState(experiment.tags.join(', '))
  const [note, setNote] = useState(experiment.note)
  const annotate = useMutation(
    trpc.experiments.annotate.mutationOptions({
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: trpc.experiments.pathKey() })
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!annotate.isPending && !refusal) annotate.mutate({ id: experiment.id, tags: readTags(tags), note })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Run ${experiment.run.number} of ${experiment.workflow.name}, ${experiment.title}`}
      description="Everybody sees tags and note. They change no result."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="experiment-note" refusal={refusal} busy={annotate.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id="experiment-note" className="col gap-3" onSubmit={submit}>
        <Field
          label="Tags"
          help="Separated by commas: baseline, for the report"
          error={annotate.isError ? errorSentence(annotate.error) : null}
        >
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              autoFocus
              value={tags}
              aria-describedby={describedBy}
              invalid={invalid}
              onChange={(event) => setTags(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Note" help="What was tried, and what came of it.">
          {({ id, describedBy }) => (
            <TextArea
              id={id}
              rows={5}
              maxLength={4000}
              value={note}
              aria-describedby={describedBy}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
