'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, TextArea, TextInput } from '#components/ui/field'
import { tellError } from '#components/ui/toasts'

type Workflow = { id: string; name: string; description: string }

/** Name and description of a workflow. */
export function RenameDialog({ open, onOpenChange, workflow }: { open: boolean; onOpenChange(open: boolean): void; workflow: Workflow }) {
  return open ? <RenameForm workflow={workflow} onClose={() => onOpenChange(false)} /> : null
}

function RenameForm({ workflow, onClose }: { workflow: Workflow; onClose(): void }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const router = useRouter()
  const [name, setName] = useState(workflow.name)
  const [description, setDescription] = useState(workflow.description)
  const rename = useMutation(
    trpc.workflows.rename.mutationOptions({
      onSuccess: ({ name: saved }) => {
        queries.setQueryData(trpc.workflows.get.queryKey({ id: workflow.id }), (before) =>
          before ? { ...before, name: saved, description } : before,
        )
        void queries.invalidateQueries({ queryKey: trpc.workflows.list.queryKey() })
        router.refresh()
        onClose()
      },
      onError: (error) => tellError('Not renamed', error),
    }),
  )
  const error = name.trim() === '' ? 'Give the workflow a name.' : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!error) rename.mutate({ id: workflow.id, name, description })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rename workflow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="rename-workflow" refusal={error} busy={rename.isPending}>
            Rename
          </Button>
        </>
      }
    >
      <form id="rename-workflow" className="col gap-3" onSubmit={submit}>
        <Field label="Name" error={error}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              invalid={invalid}
              value={name}
              maxLength={120}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Description">
          {({ id }) => <TextArea id={id} value={description} maxLength={2000} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  )
}
