'use client'

import { Toaster, toast } from 'sonner'
import { errorSentence } from './failure'
import { StatusIcon } from './status'

/** Where toasts appear. Call `tell`, not sonner. */
export function Toasts() {
  return <Toaster position="bottom-right" visibleToasts={4} gap={8} toastOptions={{ unstyled: true }} />
}

export type Telling = {
  /** The outcome first. */
  title: string
  detail?: string | undefined
  status?: 'done' | 'failed' | 'waiting' | 'running'
  /** The way back, or the way on. */
  action?: { label: string; onClick(): void } | undefined
}

/** Shows a toast: outcome, then the way back. Errors stay until they are closed. */
export function tell({ title, detail, status = 'done', action }: Telling): void {
  toast.custom(
    (id) => (
      <div className="toast" role={status === 'failed' ? 'alert' : 'status'}>
        <StatusIcon status={status} />
        <div className="grow">
          <div className="med">{title}</div>
          {detail ? <div className="sm t2">{detail}</div> : null}
        </div>
        <div className="acts">
          {action ? (
            <button
              type="button"
              className="btn quiet sm"
              onClick={() => {
                action.onClick()
                toast.dismiss(id)
              }}
            >
              {action.label}
            </button>
          ) : null}
          {status === 'failed' ? (
            <button type="button" className="btn quiet sm" onClick={() => toast.dismiss(id)}>
              Close
            </button>
          ) : null}
        </div>
      </div>
    ),
    { duration: status === 'failed' ? Number.POSITIVE_INFINITY : 5_000 },
  )
}

/** Says that `what` did not work, in the words of the error. */
export function tellError(what: string, error: unknown): void {
  tell({ title: what, detail: errorSentence(error), status: 'failed' })
}
