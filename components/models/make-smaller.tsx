'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Shrink } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { JobProgress } from '#components/jobs/job-progress'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { smallerResultSchema } from '#core/model/smaller'
import { SmallerFigures } from './smaller-figures'
import type { Version } from './version-types.ts'

/** Measures a version with its weights in int8 beside what it is, and registers that as the next version when somebody accepts the figures. */
export function MakeSmaller({ version }: { version: Version }) {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const [isOpen, setOpen] = useState(false)
  const [job, setJob] = useState<string | null>(null)
  const named = { name: version.model, number: version.number }
  const measure = useMutation(trpc.models.measureSmaller.mutationOptions({ onSuccess: ({ id }) => setJob(id) }))
  if (version.weights === 'int8') return null
  const close = () => {
    setOpen(false)
    setJob(null)
    measure.reset()
  }
  return (
    <>
      <Button icon={<Shrink className="i s" aria-hidden />} className="hide-s" onClick={() => setOpen(true)}>
        Make smaller (int8)
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={close}
        width={560}
        title={`${version.model} v${version.number} in int8`}
        description="The same model with its weights in a quarter of the space. What that costs is measured first; nothing is registered before you accept it."
      >
        {job === null ? (
          <div className="row justify-end">
            {measure.isError ? <span className="sm bad grow">{errorSentence(measure.error)}</span> : null}
            <Button onClick={close}>Cancel</Button>
            <Button kind="primary" refusal={refusal} busy={measure.isPending} onClick={() => measure.mutate(named)}>
              Measure it
            </Button>
          </div>
        ) : (
          <Measured version={version} job={job} onClose={close} />
        )}
      </Dialog>
    </>
  )
}

function Measured({ version, job, onClose }: { version: Version; job: string; onClose(): void }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const router = useRouter()
  const refusal = useRefusal('analyst')
  const accept = useMutation(
    trpc.models.acceptSmaller.mutationOptions({
      async onSuccess({ version: number }) {
        await cache.invalidateQueries({ queryKey: trpc.models.pathKey() })
        onClose()
        router.push(`/models/${version.model}/${number}`)
      },
    }),
  )
  return (
    <JobProgress
      id={job}
      counts="Measured"
      buttons={({ isOver, result }) => (
        <>
          {accept.isError ? <span className="sm bad grow">{errorSentence(accept.error)}</span> : null}
          <Button onClick={onClose}>{isOver ? 'Leave it as it is' : 'Close'}</Button>
          {isOver && result ? (
            <Button
              kind="primary"
              refusal={refusal}
              busy={accept.isPending}
              onClick={() => accept.mutate({ name: version.model, number: version.number, job })}
            >
              Register as a new version
            </Button>
          ) : null}
        </>
      )}
    >
      {(result) => {
        const { data } = smallerResultSchema.safeParse(result)
        return data ? <SmallerFigures measured={data.measured} /> : null
      }}
    </JobProgress>
  )
}
