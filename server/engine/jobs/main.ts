import { randomUUID } from 'node:crypto'
import { AppError, toErrorRecord } from '#core/errors/app-error'
import { openHouse } from '#server/house'
import type { FromJob, ToJob } from './handler'
import { handlers } from './handlers'

/** A process that does one job and ends. Killing it at any point is safe: its worker knows. */

const progressGapMs = 250

const send = (message: FromJob) => void process.send?.(message)

process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches everything on the terminal; what it means for a job is the worker's to say.
process.on('SIGINT', () => undefined)
process.once('message', (message: ToJob) => void work(message))

async function work({ job, input }: ToJob): Promise<void> {
  const { DATABASE_URL: databaseUrl } = process.env
  if (!databaseUrl) throw new Error('a job process needs DATABASE_URL')
  const house = openHouse('worker', databaseUrl)
  let saidAt = 0
  try {
    const handler = handlers[job.kind]
    if (!handler) throw new Error(`no handler for jobs of kind ${job.kind}`)
    const result = await handler({
      house,
      job,
      input,
      signal: new AbortController().signal,
      progress(done, total, doing) {
        const now = Date.now()
        if (now - saidAt < progressGapMs) return
        saidAt = now
        send({ kind: 'progress', progress: { done, total, ...(doing !== undefined && { doing }) } })
      },
    })
    send({ kind: 'done', result })
  } catch (error) {
    const id = randomUUID().slice(0, 8)
    const bug =
      error instanceof AppError ? {} : { bug: { id, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) } }
    send({ kind: 'failed', error: toErrorRecord(error, id), ...bug })
  }
}
