import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { ErrorRecord } from '#core/errors/app-error'
import { isFinal } from '#core/runs/status'
import { advanceJob, getJob, type JobKind, type JobRow, setJobProgress } from '#db/queries/jobs'
import { type Engine, maxAttempts } from '../engine'
import { untilDatabase } from '../until-database'
import type { FromJob, ToJob } from './handler'

/** Jobs that may be begun again after their process or worker was lost. Traffic that was sent must not be sent twice. */
const repeatable: Record<JobKind, boolean> = {
  'load-data-set': true,
  'verify-model': true,
  'send-traffic': false,
  'batch-predict': true,
  'quantise-model': true,
}

const entry = new URL('./main.ts', import.meta.url)
const memoryMb = 4096

type Ended = { ok: true; result: Record<string, unknown> } | { ok: false; error: ErrorRecord; bug?: { id: string; stack: string } }

/** Tries that this worker made of a job; a job that kills its process every time is not tried for ever. */
const tries = new Map<string, number>()

/** One try at a job. May be called again after this worker was lost at any point. */
export async function attemptJob(engine: Engine, id: string): Promise<{ again: boolean; attempt: number }> {
  const { house } = engine
  const job = await untilDatabase(house.log, () => getJob(house.db, id))
  const attempt = (tries.get(id) ?? 0) + 1
  const over = { again: false, attempt }
  if (isFinal(job.status)) return over
  if (job.status === 'running') {
    if (!repeatable[job.kind]) {
      const message = 'The worker was lost while this ran. It is not repeated by itself; start it again if it should be.'
      await untilDatabase(house.log, () => advanceJob(house.db, { id, event: 'crash', error: { code: 'crashed', message, hint: {} } }))
      return over
    }
    await untilDatabase(house.log, () => advanceJob(house.db, { id, event: 'retry' }))
  }
  if (!(await untilDatabase(house.log, () => advanceJob(house.db, { id, event: 'start' })))) return over
  tries.set(id, attempt)
  await engine.at('job-started', id)
  const ended = await runJobProcess(engine, job)
  const again = await untilDatabase(house.log, () => finish(engine, job, ended, attempt))
  if (!again) tries.delete(id)
  if (!ended.ok && ended.bug) house.log.error({ bugId: ended.bug.id, stack: ended.bug.stack, job: id }, `job ${job.kind} met a bug`)
  return { again, attempt }
}

async function finish({ house }: Engine, { id, kind }: JobRow, ended: Ended, attempt: number): Promise<boolean> {
  if (ended.ok) {
    await advanceJob(house.db, { id, event: 'finish', result: ended.result })
    return false
  }
  const { error } = ended
  if (repeatable[kind] && (error.code === 'crashed' || error.code === 'unavailable') && attempt < maxAttempts) {
    return advanceJob(house.db, { id, event: 'retry' })
  }
  await advanceJob(house.db, { id, event: error.code === 'crashed' ? 'crash' : error.code === 'cancelled' ? 'cancel' : 'fail', error })
  return false
}

/** Runs the job in a process of its own: it may need much memory, and must not keep the worker from renewing its lease. */
function runJobProcess({ house, changes, stopping }: Engine, job: JobRow): Promise<Ended> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(entry, [], {
    execArgv: ['--import', tsx, `--max-old-space-size=${memoryMb}`],
    env: { ...process.env, DATABASE_URL: house.databaseUrl, STAGELINE_HOME: house.env.home, STAGELINE_ARTIFACTS: house.env.artifactsDir },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { id, kind, subject, createdBy, input } = job
  let cancelled = false
  const look = async () => {
    const { status } = await getJob(house.db, id)
    if (status !== 'cancelled') return
    cancelled = true
    child.kill('SIGKILL')
  }
  const lookNow = () => void look().catch(() => undefined)
  const stopListening = changes.on('job_cancelled', (heard) => {
    if (heard === id || heard === '') lookNow()
  })
  const looking = setInterval(lookNow, 2_000)
  return new Promise<Ended>((resolve) => {
    const end = (ended: Ended) => {
      clearInterval(looking)
      stopListening()
      stopping.removeEventListener('abort', onStop)
      child.kill('SIGKILL')
      resolve(ended)
    }
    let stopped = false
    // A worker that stops writes nothing about what was under way; another one goes on with it.
    const onStop = () => {
      stopped = true
      clearInterval(looking)
      stopListening()
      child.kill('SIGKILL')
    }
    stopping.addEventListener('abort', onStop, { once: true })
    let writing = false
    child.on('message', (message: FromJob) => {
      if (message.kind === 'done') return end({ ok: true, result: message.result })
      if (message.kind === 'failed') return end({ ok: false, error: message.error, ...(message.bug && { bug: message.bug }) })
      if (writing) return
      writing = true
      setJobProgress(house.db, id, message.progress)
        .catch((err) => house.log.debug({ err, job: id }, 'progress was not written'))
        .finally(() => {
          writing = false
        })
    })
    child.on('error', () => child.kill('SIGKILL'))
    child.once('exit', (code, signal) => {
      if (stopped) return
      const how = signal ? `signal ${signal}` : `exit code ${code}`
      const error: ErrorRecord = cancelled
        ? { code: 'cancelled', message: 'Cancelled.', hint: {} }
        : { code: 'crashed', message: `The process that did this ended unexpectedly (${how}). Try again.`, hint: {} }
      end({ ok: false, error })
    })
    child.send({ kind: 'work', job: { id, kind, subject, createdBy }, input } satisfies ToJob)
  })
}
