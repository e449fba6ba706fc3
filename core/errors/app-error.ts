/**
 * The closed registry of everything that may go wrong in a way we foresaw. Each code has one HTTP status, one retry
 * rule and one default sentence; anything that is not an AppError is a bug and is shown by its log id only.
 */

import type { SaveConflict } from '#core/graph/merge'

type Entry = { status: number; retry: boolean; text: string }

export const errorCodes = {
  bad_request: { status: 400, retry: false, text: 'The request is not valid.' },
  bad_input: { status: 422, retry: false, text: 'The input does not fit.' },
  bad_params: { status: 422, retry: false, text: 'A setting of the stage is not valid.' },
  bad_workflow: { status: 422, retry: false, text: 'The workflow is not valid.' },
  bad_file: { status: 422, retry: false, text: 'The file cannot be read.' },
  not_signed_in: { status: 401, retry: false, text: 'Sign in first.' },
  bad_key: { status: 401, retry: false, text: 'The API key is missing, unknown or revoked.' },
  forbidden: { status: 403, retry: false, text: 'Your role does not allow this.' },
  not_found: { status: 404, retry: false, text: 'There is no such thing.' },
  conflict: { status: 409, retry: false, text: 'Somebody changed this in the meantime.' },
  too_large: { status: 413, retry: false, text: 'This is too large.' },
  too_many: { status: 429, retry: true, text: 'Too many requests; wait a moment.' },
  contract_failed: { status: 422, retry: false, text: 'The data breaks its contract.' },
  gate_failed: { status: 422, retry: false, text: 'The model misses a threshold of the gate.' },
  rejected: { status: 422, retry: false, text: 'The approval was refused.' },
  parity_failed: { status: 500, retry: false, text: 'The exported model gives other answers than the trained one.' },
  cancelled: { status: 499, retry: false, text: 'Cancelled.' },
  timed_out: { status: 504, retry: true, text: 'It took longer than its limit.' },
  out_of_memory: { status: 500, retry: false, text: 'The stage needed more memory than its cap.' },
  crashed: { status: 500, retry: true, text: 'The process that did the work ended unexpectedly.' },
  unavailable: { status: 503, retry: true, text: 'A service that is needed does not answer.' },
  disk_full: { status: 507, retry: false, text: 'The disk is full.' },
  bug: { status: 500, retry: false, text: 'Something went wrong that we did not foresee.' },
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof errorCodes

/** Where to look and what to press: drawn beside the sentence. */
export type ErrorHint = {
  /** The stage param that is wrong, as a dotted path. */
  param?: string
  column?: string
  /** 1-based row of the source. */
  row?: number
  /** The port whose value caused it. */
  port?: string
  /** Whole seconds until it is worth trying again. */
  retryAfterSeconds?: number
  /** The save that came in between, for a refused save of a workflow. */
  conflict?: SaveConflict
  /** A mend the interface can offer as a button, for example { kind: 'insert-stage', value: 'category-features' }. */
  fix?: { label: string; kind: 'insert-stage' | 'set-param' | 'open-data'; value: string }
}

export type ErrorOptions = { detail?: string; hint?: ErrorHint; cause?: unknown }

/** A foreseen failure. `message` is one sentence that says what is wrong, where, and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: ErrorHint

  constructor(code: ErrorCode, { detail, hint, cause }: ErrorOptions = {}) {
    super(detail ?? errorCodes[code].text, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.hint = hint ?? {}
  }
}

/** What is stored with a failed stage run and sent over process borders. */
export type ErrorRecord = { code: ErrorCode; message: string; hint: ErrorHint }

/** An AppError keeps its words; anything else becomes a `bug` that only names the log id. */
export function toErrorRecord(error: unknown, bugId: string): ErrorRecord {
  if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint }
  return { code: 'bug', message: `${errorCodes.bug.text} The log has it as ${bugId}.`, hint: {} }
}
