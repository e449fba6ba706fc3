import { useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query'
import { TRPCClientError } from '@trpc/client'
import { useRef } from 'react'
import { useTRPC } from '#components/api/client'
import { errorSentence } from '#components/ui/failure'
import { tell } from '#components/ui/toasts'

/** What a change answers: the release, or that a second person is asked first. */
type Done = { release: number; changed: boolean; request?: { sentence: string } | null }

/**
 * Every way to change what a deployment serves, each with its toast and a fresh look at the page after it. While one is
 * under way, `isBusy` is true everywhere on the page, and a second click does nothing.
 */
export function useRelease(deployment: string) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const isOut = useRef(false)
  const isBusy = useIsMutating({ mutationKey: trpc.releases.pathKey() }) > 0
  const refresh = async () => {
    await Promise.all([
      cache.invalidateQueries({ queryKey: trpc.deployments.get.queryKey({ name: deployment }) }),
      cache.invalidateQueries({ queryKey: trpc.deployments.list.queryKey() }),
    ])
  }
  /** `detail` where no release comes of it. */
  const told = (what: string, refused: string, detail?: string) => ({
    onSuccess: (done: Done) => tell(outcomeOf(what, done, detail)),
    onError: (error: unknown) => tellRefused(refused, error, refresh),
    onSettled: refresh,
  })
  /** The state of "busy" reaches the buttons a moment after the click; this closes the gap. */
  const once =
    <Input>(mutation: { mutate(input: Input, on: { onSuccess?: () => void; onSettled: () => void }): void }) =>
    (input: Input, onDone?: () => void) => {
      if (isOut.current || isBusy) return
      isOut.current = true
      mutation.mutate(input, {
        ...(onDone ? { onSuccess: onDone } : {}),
        onSettled: () => {
          isOut.current = false
        },
      })
    }
  const { releases } = trpc
  return {
    isBusy,
    refresh,
    setShare: once(useMutation(releases.setShare.mutationOptions(told('The traffic is split anew', 'The share was not changed')))),
    promote: once(useMutation(releases.promote.mutationOptions(told('The challenger takes all traffic', 'Not promoted')))),
    rollback: once(useMutation(releases.rollback.mutationOptions(told('Rolled back', 'Not rolled back')))),
    hold: once(
      useMutation(releases.hold.mutationOptions(told('Held', 'Not held', 'The share stays where it is; proven harm still rolls it back.'))),
    ),
    resume: once(
      useMutation(releases.resume.mutationOptions(told('It goes on', 'It does not go on', 'The judge decides on the next step again.'))),
    ),
    setAutomatic: once(useMutation(releases.setAutomatic.mutationOptions(told('Switched', 'Not switched', 'It holds for this rollout.')))),
    changeSettings: once(useMutation(releases.settings.mutationOptions(told('The settings are changed', 'The settings were not changed')))),
    approve: once(useMutation(releases.approve.mutationOptions(told('Approved', 'Not approved')))),
    refuse: once(useMutation(releases.refuse.mutationOptions(told('Refused', 'Not refused', 'Nothing was released.')))),
    withdraw: once(useMutation(releases.withdraw.mutationOptions(told('Withdrawn', 'Not withdrawn', 'Nothing was released.')))),
  }
}

/** Whether somebody else was first: what is on the screen is old. */
export function isConflict(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data?.httpStatus === 409
}

function outcomeOf(what: string, { release, changed, request }: Done, detail?: string): Parameters<typeof tell>[0] {
  if (request) return { title: 'Asked for approval', detail: request.sentence, status: 'waiting' }
  if (detail !== undefined) return { title: what, detail }
  return changed
    ? { title: what, detail: `Release ${release} is in force within 5 s.` }
    : { title: 'Nothing changed', detail: `Release ${release} already is that.` }
}

function tellRefused(title: string, error: unknown, refresh: () => Promise<void>): void {
  const action = isConflict(error) ? { label: 'Reload', onClick: () => void refresh() } : undefined
  tell({ title, detail: errorSentence(error), status: 'failed', action })
}
