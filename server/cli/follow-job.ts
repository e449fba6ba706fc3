import { AppError } from '#core/errors/app-error'
import type { JobRow } from '#db/queries/jobs'
import { stopJob } from '#server/engine/stop-job'
import { untilDatabase } from '#server/engine/until-database'
import { watchJob } from '#server/engine/watch-jobs'
import type { CliSession } from './session'

/** Waits for a job, shows how far it is, and gives its result; Ctrl-C cancels it. Throws what made it fail. */
export async function followJob({ house, actor, signal, json }: CliSession, id: string): Promise<Record<string, unknown>> {
  const cancel = () => void untilDatabase(house.log, () => stopJob(house, id, actor))
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  const isShown = !json && process.stderr.isTTY
  let job: JobRow | undefined
  // Not the signal of Ctrl-C: that cancels the job, and the job is then over.
  for await (const seen of watchJob(house, id, new AbortController().signal)) {
    job = seen
    const { progress } = seen
    if (progress && isShown)
      process.stderr.write(`\r\u001b[2K${progress.doing ?? ''} ${Math.round((100 * progress.done) / progress.total)} %`)
  }
  if (isShown) process.stderr.write('\r\u001b[2K')
  if (job?.status === 'done' && job.result) return job.result
  throw new AppError(job?.error?.code ?? 'cancelled', { detail: job?.error?.message ?? 'Cancelled.' })
}
