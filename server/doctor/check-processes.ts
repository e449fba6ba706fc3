import { inArray } from 'drizzle-orm'
import { plural } from '#core/words/format'
import { listAlive, type ProcessRow } from '#db/queries/processes'
import { jobs } from '#db/schema/jobs'
import { runs } from '#db/schema/runs'
import type { House } from '#server/house'
import { type Finding, idle, ok, problem, warning } from './finding'

const aliveMs = 10_000

/** Who is alive, whether work waits for a worker that is not there, and whether web and gateway answer. */
export async function checkProcesses(house: House): Promise<Finding[]> {
  const alive = await listAlive(house.db, { aliveMs })
  const of = (kind: ProcessRow['kind']) => alive.filter((row) => row.kind === kind)
  return [
    await checkQueue(house, of('worker')),
    await checkServer('gateway', of('gateway'), '/health', alive.length > 0),
    await checkServer('web', of('web'), '/api/health', alive.length > 0),
  ]
}

async function checkQueue(house: House, workers: ProcessRow[]): Promise<Finding> {
  const openRuns = await house.db
    .select({ status: runs.status, createdAt: runs.createdAt })
    .from(runs)
    .where(inArray(runs.status, ['queued', 'running', 'waiting']))
  const openJobs = await house.db
    .select({ status: jobs.status, createdAt: jobs.createdAt })
    .from(jobs)
    .where(inArray(jobs.status, ['queued', 'running']))
  const waiting = openRuns.filter(({ status }) => status === 'waiting').length
  const moving = [...openRuns.filter(({ status }) => status !== 'waiting'), ...openJobs]
  const work = `${plural(openRuns.length - waiting, 'open run')}, ${plural(openJobs.length, 'open job')}, ${waiting} waiting for somebody`
  const who = workers.map(({ host, pid }) => `${host}:${pid}`).join(', ')
  if (workers.length === 0) {
    if (moving.length === 0) return idle('queue', `no worker runs, and nothing waits for one (${work})`)
    return problem(
      'queue',
      `no worker runs, but there is work: ${work}`,
      'Run `npm start`, or `npm run worker` on any machine: it goes on where the last one ended.',
    )
  }
  const oldest = Math.max(0, ...moving.filter(({ status }) => status === 'queued').map(({ createdAt }) => Date.now() - createdAt.getTime()))
  if (oldest < 60_000) return ok('queue', `${plural(workers.length, 'worker')} (${who}), ${work}`)
  const mend = 'Add workers (`npm run worker`), raise STAGELINE_CONCURRENCY, or look into the worker’s log in the data folder under logs/.'
  return warning('queue', `something has been queued for ${plural(Math.round(oldest / 60_000), 'minute')}; ${work}`, mend)
}

async function checkServer(kind: 'web' | 'gateway', rows: ProcessRow[], route: string, anythingRuns: boolean): Promise<Finding> {
  const mend = `Run \`npm start\`, or \`npm run ${kind}\`. Its log is in the data folder: logs/${kind}.log.`
  if (rows.length === 0)
    return anythingRuns ? problem(kind, 'does not run, though other processes do', mend) : idle(kind, 'does not run; `npm start` starts it')
  const answers = await Promise.all(rows.map(({ url }) => ask(`${url ?? ''}${route}`)))
  const silent = rows.filter((_, index) => !answers[index])
  if (silent.length > 0) return problem(kind, `${silent.map(({ url }) => url).join(', ')} does not answer`, mend)
  return ok(kind, `answers at ${rows.map(({ url }) => url).join(', ')}`)
}

async function ask(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).ok
  } catch {
    // Refused, unknown or too slow: all of these are "does not answer".
    return false
  }
}
