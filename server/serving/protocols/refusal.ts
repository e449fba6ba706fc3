import { randomUUID } from 'node:crypto'
import type { FastifyError } from 'fastify'
import { AppError, type ErrorCode, type ErrorRecord, errorCodes, toErrorRecord } from '#core/errors/app-error'
import type { Log } from '#server/log'

/** How each protocol says that something is wrong: the status, and the body that its clients can read. */
export type Refusal = { status: number; body: Record<string, unknown> }

const invocations = /^(\/v1\/[^/?]*)?\/invocations(\?|$)/

/**
 * The refusal of a request by its address: `{"error": "…"}` for the Open Inference Protocol, `{"error_code", "message"}` as
 * MLflow's scoring server has it, and our own `{"error": {"code", "message", …}}` elsewhere. The two others know input that
 * does not fit as 400 only.
 */
export function refusalOf(url: string, error: ErrorRecord): Refusal {
  const { status } = errorCodes[error.code]
  if (/^\/v2(\/|\?|$)/.test(url)) return { status: foreignStatus(status), body: { error: error.message } }
  if (invocations.test(url)) {
    return { status: foreignStatus(status), body: { error_code: mlflowCodes[error.code] ?? mlflowCode(status), message: error.message } }
  }
  return { status, body: { error: plainError(error) } }
}

/** What may be said of any error: an AppError keeps its words, a bug is logged and shows its id only. */
export function recordOf(error: unknown, { log, url }: { log: Log; url: string }): ErrorRecord {
  const foreseen = foreseenError(error)
  if (foreseen) return toErrorRecord(foreseen, '')
  const bugId = randomUUID().slice(0, 8)
  log.error({ err: error, bugId, url }, 'a request failed')
  return toErrorRecord(error, bugId)
}

/** What the HTTP layer itself refuses (too large, a broken header), in our words. */
function foreseenError(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (!(error instanceof Error) || !('statusCode' in error)) return null
  // only errors of fastify have a statusCode
  const { statusCode = 500, message } = error as FastifyError
  if (statusCode === 413)
    return new AppError('too_large', {
      detail: 'The body is larger than this address takes. Send fewer or shorter records at once.',
      cause: error,
    })
  return statusCode >= 400 && statusCode < 500
    ? new AppError('bad_request', { detail: `The request cannot be read: ${message}.`, cause: error })
    : null
}

/** What our own protocol says in `error`: a code, a sentence, and the field and record that it is about. */
export function plainError({ code, message, hint }: ErrorRecord) {
  return {
    code,
    message,
    ...(hint.column === undefined ? {} : { field: hint.column }),
    ...(hint.row === undefined ? {} : { record: hint.row }),
  }
}

function foreignStatus(status: number): number {
  return status === 422 ? 400 : status
}

/** Codes of MLflow's REST API, where ours have one of the same meaning. */
const mlflowCodes: Partial<Record<ErrorCode, string>> = {
  bad_request: 'BAD_REQUEST',
  bad_key: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  not_found: 'RESOURCE_DOES_NOT_EXIST',
  too_many: 'REQUEST_LIMIT_EXCEEDED',
  unavailable: 'TEMPORARILY_UNAVAILABLE',
}

function mlflowCode(status: number): string {
  return status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR'
}
