import { randomUUID } from 'node:crypto'
import { DBOSClient } from '@dbos-inc/dbos-sdk'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Db } from '#db/client'
import { createJob, type JobKind } from '#db/queries/jobs'
import { createRun, type NewRun } from '#db/queries/runs'
import type { House } from '#server/house'
import { engine, stageWorkflowId } from './names'

/**
 * How every process but the worker gets durable work done: rows and the order to work on them are written in one
 * transaction, so that there is never a run without a worker's order or an order without its run.
 */
export type Submit = {
  run(input: Omit<NewRun, 'id'>): Promise<{ id: string; number: number }>
  job(input: { kind: JobKind; subject: string; input: Record<string, unknown>; createdBy: string | null }): Promise<{ id: string }>
  /** Wakes a stage that waits for an approval; null when the run was cancelled. */
  answer(runId: string, stageId: string, decision: 'approve' | 'reject' | null): Promise<void>
}

const clients = new WeakMap<House, Promise<DBOSClient>>()

/** Runs `work` in one transaction of the database and the durable engine; all of it happens or nothing. */
export async function submitting<T>(house: House, work: (tx: Db, submit: Submit) => Promise<T>): Promise<T> {
  const dbos = await clientOf(house)
  const connection = await house.pool.connect()
  const tx: Db = drizzle(connection)
  const submit: Submit = {
    async run(input) {
      const id = randomUUID()
      const { number } = await createRun(tx, { ...input, id })
      await dbos.enqueueInTransaction(connection, order(engine.queues.runs, engine.workflows.run, id), id)
      return { id, number }
    },
    async job(input) {
      const id = randomUUID()
      await createJob(tx, { ...input, id })
      await dbos.enqueueInTransaction(connection, order(engine.queues.jobs, engine.workflows.job, id), id)
      return { id }
    },
    async answer(runId, stageId, decision) {
      await dbos.sendInTransaction(connection, stageWorkflowId(runId, stageId), decision, engine.answer)
    },
  }
  let broken: Error | undefined
  try {
    await connection.query('begin')
    const result = await work(tx, submit)
    await connection.query('commit')
    return result
  } catch (error) {
    await connection.query('rollback').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    connection.release(broken)
  }
}

function order(queueName: string, workflowName: string, workflowID: string) {
  return { queueName, workflowName, workflowID, appVersion: engine.version }
}

function clientOf(house: House): Promise<DBOSClient> {
  const known = clients.get(house)
  if (known) return known
  const client = DBOSClient.create({
    systemDatabaseUrl: house.databaseUrl,
    systemDatabasePool: house.pool,
    applicationName: engine.application,
  })
  clients.set(house, client)
  return client
}
