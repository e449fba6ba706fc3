import { createReadStream } from 'node:fs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { batchResultSchema, batchWishSchema } from '#core/batch/order'
import { AppError } from '#core/errors/app-error'
import type { JobRow } from '#db/queries/jobs'
import type { GatewayParts } from '../gateway-parts'
import { admit, type DeploymentRequest, journeyOf } from '../journey'
import { bodyText, parseJson } from './json-shape'
import { plainError } from './refusal'

type BatchRequest = FastifyRequest<{ Params: { deployment: string; id: string } }>

const bodySchema = z.strictObject({
  /** Name or id of a data set. */
  dataset: z.string().min(1).max(200),
  version: z.int().positive().optional(),
  /** The data set that the answers become; without one they are a file to download. */
  name: z.string().trim().min(1).max(120).optional(),
  columns: z.array(z.string()).max(2_000).optional(),
  probabilities: z.boolean().optional(),
})

/**
 * Batches for programs: `POST /v1/{deployment}/batches` orders one and answers 202 at once; its address says how far it is and,
 * at the end, where the Parquet file lies. Workers do the work, so a batch takes nothing from those who wait for single answers.
 */
export function addBatchRoutes(app: FastifyInstance, parts: GatewayParts): void {
  const onRequest = admit(parts, 'batch')
  app.post('/v1/:deployment/batches', { onRequest }, (request: DeploymentRequest, reply) => order(parts, request, reply))
  app.get('/v1/:deployment/batches/:id', { onRequest }, async (request: BatchRequest, reply) =>
    reply.send(view(await find(parts, request))),
  )
  app.delete('/v1/:deployment/batches/:id', { onRequest }, async (request: BatchRequest, reply) => {
    const { id } = await find(parts, request)
    await parts.batches.cancel(id, journeyOf(parts, request).caller.keyId)
    return reply.send(view(await find(parts, request)))
  })
  app.get('/v1/:deployment/batches/:id/result', { onRequest }, (request: BatchRequest, reply) => download(parts, request, reply))
}

async function order(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { caller } = journeyOf(parts, request)
  const { deployment } = request.params
  const { dataset, version, name, columns, probabilities } = readBody(bodyText(request.body))
  const wish = batchWishSchema.parse({
    keep: columns ?? null,
    ...(probabilities !== undefined && { probabilities }),
    output: name === undefined ? { kind: 'file' } : { kind: 'data-set', name },
  })
  const { id } = await parts.batches.order({
    deployment,
    dataSet: dataset,
    version,
    wish,
    keyId: caller.keyId,
    spend: (rows, work) => parts.keys.spend(caller, { deployment, rows }, work),
  })
  const url = `/v1/${deployment}/batches/${id}`
  return reply.code(202).header('location', url).send({ id, url })
}

function readBody(text: string): z.output<typeof bodySchema> {
  if (text.trim() === '')
    throw new AppError('bad_request', { detail: 'The body is empty. Send {"dataset": "…"} with the name of the data set to answer.' })
  const parsed = bodySchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
  throw new AppError('bad_input', {
    detail: `${field ? `The field "${field}" does not fit: ` : ''}${issue?.message ?? 'The body does not fit'}. A batch takes dataset, version, name, columns and probabilities.`,
    hint: field ? { column: field } : {},
  })
}

async function find(parts: GatewayParts, request: BatchRequest): Promise<JobRow> {
  const { deployment, id } = request.params
  const job = z.uuid().safeParse(id).success ? await parts.batches.find(deployment, id) : null
  if (!job) throw new AppError('not_found', { detail: `The deployment ${deployment} has no batch ${id.slice(0, 60)}.` })
  return job
}

/** What a caller gets to see of a batch. */
function view({ id, subject, status, progress, result, error, createdAt, finishedAt }: JobRow) {
  const url = `/v1/${subject}/batches/${id}`
  const made = result === null ? null : batchResultSchema.parse(result)
  return {
    id,
    status,
    created_at: createdAt,
    finished_at: finishedAt,
    ...(progress && { progress: { done: progress.done, total: progress.total, ...(progress.doing && { doing: progress.doing }) } }),
    ...(error && { error: plainError(error) }),
    ...(made && {
      result: {
        url: `${url}/result`,
        version: `${made.model}@${made.version}`,
        rows: made.rows,
        bytes: made.bytes,
        columns: made.columns,
        seconds: made.seconds,
        ...(made.dataSet && { dataset: made.dataSet.name, dataset_version: made.dataSet.version }),
      },
    }),
  }
}

async function download(parts: GatewayParts, request: BatchRequest, reply: FastifyReply): Promise<FastifyReply> {
  const job = await find(parts, request)
  if (job.result === null) {
    throw new AppError('conflict', { detail: `The batch has no result: it is ${job.status}. GET its own address says how far it is.` })
  }
  const { file, bytes } = await parts.batches.result(job)
  return reply
    .header('content-length', bytes)
    .header('content-disposition', `attachment; filename="${job.subject}-${job.id.slice(0, 8)}.parquet"`)
    .type('application/vnd.apache.parquet')
    .send(createReadStream(file))
}
