'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pin } from 'lucide-react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { IconButton } from '#components/ui/button'
import type { Experiment } from '#core/experiments/views'
// Vite resolves names that end in "ts" as if they were files: through the alias it would not find this one.
import { tellError } from '../ui/toasts'

/** Keeps an experiment at the top of the table, for everybody. */
export function PinButton({ experiment: { id, pinned }, name }: { experiment: Experiment; name: string }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const refusal = useRefusal('analyst')
  const annotate = useMutation(
    trpc.experiments.annotate.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: trpc.experiments.pathKey() }),
      onError: (error) => tellError('Not pinned', error),
    }),
  )
  return (
    <IconButton
      quiet
      size="sm"
      label={`Pin ${name}`}
      aria-pressed={pinned}
      refusal={refusal}
      onClick={() => {
        if (!annotate.isPending) annotate.mutate({ id, pinned: !pinned })
      }}
    >
      <Pin className="i s" aria-hidden fill={pinned ? 'currentColor' : 'none'} style={pinned ? { color: 'var(--accent)' } : undefined} />
    </IconButton>
  )
}
