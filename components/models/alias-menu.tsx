'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Tag } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, TextInput } from '#components/ui/field'
import { Menu, MenuItem, MenuSeparator } from '#components/ui/menu'
import { tell, tellError } from '#components/ui/toasts'
import type { Version } from './version-types.ts'

/** Points an alias at this version or takes one away; the history keeps every move. */
export function AliasMenu({ version }: { version: Version }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const mayRegister = useRefusal('analyst')
  const mayLead = useRefusal('lead')
  const [naming, setNaming] = useState(false)
  const setAlias = useMutation(
    trpc.models.setAlias.mutationOptions({
      onSuccess: ({ alias, number }) =>
        tell({ title: number === null ? `${alias} points at no version now` : `${alias} is v${number} now` }),
      onError: (error) => tellError('The alias was not moved', error),
      onSettled: () => cache.invalidateQueries({ queryKey: trpc.models.pathKey() }),
    }),
  )
  const point = (alias: string, number: number | null = version.number) => setAlias.mutate({ name: version.model, alias, number })
  const open = ['champion', 'challenger'].filter((alias) => !version.aliases.includes(alias))
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button icon={<Tag className="i s" aria-hidden />} refusal={mayRegister} busy={setAlias.isPending}>
            Alias
          </Button>
        }
      >
        {open.map((alias) => (
          <MenuItem key={alias} refusal={alias === 'champion' ? mayLead : null} onSelect={() => point(alias)}>
            Make v{version.number} {alias}
          </MenuItem>
        ))}
        <MenuItem onSelect={() => setNaming(true)}>Give it another alias</MenuItem>
        {version.aliases.length > 0 ? <MenuSeparator /> : null}
        {version.aliases.map((alias) => (
          <MenuItem key={alias} danger refusal={alias === 'champion' ? mayLead : null} onSelect={() => point(alias, null)}>
            Take {alias} away
          </MenuItem>
        ))}
      </Menu>
      {naming ? <AliasDialog onClose={() => setNaming(false)} onName={(alias) => point(alias)} version={version} /> : null}
    </>
  )
}

const aliasPattern = /^[a-z][a-z0-9-]{0,29}$/

function AliasDialog({ version, onClose, onName }: { version: Version; onClose(): void; onName(alias: string): void }) {
  const [alias, setAlias] = useState('')
  const error = alias === '' || aliasPattern.test(alias) ? null : 'Lower-case letters, digits and hyphens, at most 30, a letter first.'
  const give = () => {
    if (!aliasPattern.test(alias)) return
    onName(alias)
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Another alias for v${version.number}`}
      description={`Programs can ask for ${version.model}@${alias || 'alias'}. If another version has it, it moves here.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" refusal={aliasPattern.test(alias) ? null : 'Write a name for the alias first.'} onClick={give}>
            Give the alias
          </Button>
        </>
      }
    >
      <Field label="Alias" error={error} help="For example baseline">
        {({ id, describedBy, invalid }) => (
          <TextInput
            id={id}
            aria-describedby={describedBy}
            invalid={invalid}
            mono
            value={alias}
            onChange={(event) => setAlias(event.target.value)}
            onKeyDown={(event) => (event.key === 'Enter' ? give() : undefined)}
          />
        )}
      </Field>
    </Dialog>
  )
}
