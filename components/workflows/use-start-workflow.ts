import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useCallback } from 'react'
import { useTRPC } from '#components/api/client'
import { tell, tellError } from '#components/ui/toasts'

export type StartAsk = { template?: string; answers?: Record<string, string>; name?: string }

const largestFile = 8 * 1024 * 1024

/** Makes a workflow (blank, of a template, of a file) and opens it. */
export function useStartWorkflow() {
  const trpc = useTRPC()
  const router = useRouter()
  const queries = useQueryClient()
  const open = {
    onSuccess: ({ id }: { id: string }) => {
      void queries.invalidateQueries({ queryKey: trpc.workflows.list.queryKey() })
      router.push(`/workflows/${id}`)
    },
  }
  const create = useMutation(trpc.workflows.create.mutationOptions({ ...open, onError: (error) => tellError('Not created', error) }))
  const load = useMutation(trpc.workflows.importFile.mutationOptions({ ...open, onError: (error) => tellError('Not imported', error) }))
  const { mutate: createNow } = create
  const { mutate: loadNow } = load
  const start = useCallback((ask: StartAsk) => createNow(ask), [createNow])
  const importFile = useCallback(
    (file: File) => {
      if (file.size > largestFile) {
        tell({
          title: 'Not imported',
          detail: `${file.name} is larger than 8 MB; a workflow file is small JSON. Data belongs under Data.`,
          status: 'failed',
        })
        return
      }
      void file.text().then((text) => loadNow({ text, fileName: file.name }))
    },
    [loadNow],
  )
  return { start, importFile, isBusy: create.isPending || load.isPending }
}
