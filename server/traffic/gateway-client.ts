import { z } from 'zod'
import { AppError, type ErrorCode, errorCodes } from '#core/errors/app-error'
import {
  classPredictionSchema,
  numberPredictionSchema,
  type PredictRow,
  predictionSchema,
  signatureInputSchema,
} from '#core/model/signature'

/** The gateway as another program sees it: over HTTP with a key. */
export type GatewayClient = {
  describe(deployment: string): Promise<DeploymentFacts>
  predict(deployment: string, records: PredictRow | readonly PredictRow[], options?: CallOptions): Promise<Answered>
}

export type CallOptions = { test?: boolean; stickyKey?: string; signal?: AbortSignal }

const factsSchema = z.object({
  deployment: z.string(),
  model: z.string(),
  release: z.int(),
  routes: z.array(z.object({ version: z.string(), weight: z.number() })),
  task: z.enum(['classification', 'regression']),
  inputs: z.array(signatureInputSchema),
  classes: z.array(z.string()),
})
export type DeploymentFacts = z.output<typeof factsSchema>

const about = { model: z.string(), deployment: z.string(), release: z.int() }
export const answerSchema = z.union([classPredictionSchema.extend(about), numberPredictionSchema.extend(about)])
export const answeredSchema = z.union([answerSchema, z.object({ predictions: z.array(predictionSchema), version: z.string(), ...about })])
export type Answered = z.output<typeof answeredSchema>

const failureSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }) })

/** A client of one gateway; what the gateway refuses is thrown as the AppError that it said. */
export function gatewayClient({ url, key }: { url: string; key: string }): GatewayClient {
  async function call(path: string, init: RequestInit): Promise<unknown> {
    const { signal, ...rest } = init
    // fetch leaves its listener on a signal until garbage is collected, and thousands of calls may share this one.
    const own = new AbortController()
    const abort = () => own.abort(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
    try {
      return await ask(path, { ...rest, signal: own.signal })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }
  async function ask(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(`${url}${path}`, init).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      throw new AppError('unavailable', {
        detail: `The gateway at ${url} does not answer. Start it with \`npm start\` or \`npm run gateway\`.`,
        cause,
      })
    })
    const json: unknown = await response.json()
    if (response.ok) return json
    const failure = failureSchema.safeParse(json)
    if (!failure.success)
      throw new AppError('unavailable', { detail: `The gateway at ${url} answered ${response.status} without a reason.` })
    const { code, message, field } = failure.data.error
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    throw new AppError(isErrorCode(code) ? code : 'unavailable', {
      detail: message,
      hint: { ...(field === undefined ? {} : { column: field }), ...(Number.isInteger(seconds) ? { retryAfterSeconds: seconds } : {}) },
    })
  }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return {
    async describe(deployment) {
      return factsSchema.parse(await call(`/v1/${encodeURIComponent(deployment)}`, { headers }))
    },
    async predict(deployment, records, { test = false, stickyKey, signal } = {}) {
      const answered = await call(`/v1/${encodeURIComponent(deployment)}/predict`, {
        method: 'POST',
        headers: { ...headers, ...(test ? { 'x-stageline-test': '1' } : {}), ...(stickyKey ? { 'x-stageline-key': stickyKey } : {}) },
        body: JSON.stringify(records),
        ...(signal ? { signal } : {}),
      })
      return answeredSchema.parse(answered)
    },
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code)
}
