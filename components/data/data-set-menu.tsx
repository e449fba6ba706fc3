'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button, IconButton } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, TextInput } from '#components/ui/field'
import { Menu, MenuItem } from '#components/ui/menu'
import { tell, tellError } from '#components/ui/toasts'
import { plural } from '#core/words/format'

/** Rename and delete. */
export function DataSetMenu({ id, name, usedBy }: { id: string; name: string; usedBy: readonly { id: string; name: string }[] }) {
  const refusal = useRefusal('analyst')
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null)
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label="More">
            <Ellipsis className="i s" aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil className="i s" aria-hidden />} refusal={refusal} onSelect={() => setOpen('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon={<Trash2 className="i s" aria-hidden />} refusal={refusal} danger onSelect={() => setOpen('remove')}>
          Delete
        </MenuItem>
      </Menu>
      {open === 'rename' ? <RenameDialog id={id} name={name} onClose={() => setOpen(null)} /> : null}
      {open === 'remove' ? <RemoveDialog id={id} name={name} usedBy={usedBy} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function RenameDialog({ id, name, onClose }: { id: string; name: string; onClose(): void }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const [value, setValue] = useState(name)
  const rename = useMutation(
    trpc.dataSets.rename.mutationOptions({
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: trpc.dataSets.pathKey() })
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!rename.isPending) rename.mutate({ id, name: value })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="rename-data-set" busy={rename.isPending}>
            Rename
          </Button>
        </>
      }
    >
      <form id="rename-data-set" onSubmit={submit}>
        <Field label="Name" error={rename.isError ? errorSentence(rename.error) : null}>
          {({ id: field, describedBy, invalid }) => (
            <TextInput
              id={field}
              required
              autoFocus
              maxLength={120}
              value={value}
              aria-describedby={describedBy}
              invalid={invalid}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

function RemoveDialog({ id, name, usedBy, onClose }: { id: string; name: string; usedBy: readonly { name: string }[]; onClose(): void }) {
  const trpc = useTRPC()
  const router = useRouter()
  const cache = useQueryClient()
  const remove = useMutation(
    trpc.dataSets.remove.mutationOptions({
      onSuccess: async () => {
        tell({ title: `${name} is deleted`, detail: 'Past runs and models keep what they were made of.' })
        await cache.invalidateQueries({ queryKey: trpc.dataSets.pathKey() })
        router.push('/data')
      },
      onError: (error) => tellError('Not deleted', error),
    }),
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Delete ${name}?`}
      description={
        usedBy.length === 0
          ? 'No workflow reads it. Past runs and models keep what they were made of.'
          : `${plural(usedBy.length, 'workflow')} read it and will stop at their File stage: ${usedBy.map((workflow) => workflow.name).join(', ')}.`
      }
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" busy={remove.isPending} onClick={() => remove.mutate({ id })}>
            Delete the data set
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  )
}
