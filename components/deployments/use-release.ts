import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { tell, tellError } from '#components/ui/toasts'

/** The four ways to change what a deployment serves, each with its toast and a fresh look at the page after it. */
export function useRelease(deployment: string) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const refresh = async () => {
    await Promise.all([
      cache.invalidateQueries({ queryKey: trpc.deployments.get.queryKey({ name: deployment }) }),
      cache.invalidateQueries({ queryKey: trpc.deployments.list.queryKey() }),
    ])
  }
  const outcome = (what: string, refused: string) => ({
    onSuccess: ({ release, changed }: { release: number; changed: boolean }) =>
      tell(
        changed
          ? { title: what, detail: `Release ${release} is in force within 5 s.` }
          : { title: 'Nothing changed', detail: `Release ${release} already is that.` },
      ),
    onError: (error: unknown) => tellError(refused, error),
    onSettled: refresh,
  })
  return {
    setShare: useMutation(trpc.releases.setShare.mutationOptions(outcome('The traffic is split anew', 'The share was not changed'))),
    promote: useMutation(trpc.releases.promote.mutationOptions(outcome('The challenger takes all traffic', 'Not promoted'))),
    rollback: useMutation(trpc.releases.rollback.mutationOptions(outcome('Rolled back', 'Not rolled back'))),
    refresh,
  }
}
