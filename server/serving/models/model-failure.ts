import { AppError, type ErrorHint } from '#core/errors/app-error'
import type { FallbackReason } from '#core/releases/settings'

/** Why a version gave no answer, as the fallback chain of a release asks it. */
export type FailureReason = Exclude<FallbackReason, 'low-confidence'>

const codes = { error: 'unavailable', timeout: 'timed_out', overload: 'unavailable' } as const

/** A version gave no answer, and not because of what the caller sent. */
export class ModelFailure extends AppError {
  readonly reason: FailureReason

  constructor(reason: FailureReason, detail: string, { cause, retryAfterSeconds }: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    const hint: ErrorHint = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
    super(codes[reason], { detail, hint, ...(cause === undefined ? {} : { cause }) })
    this.name = 'ModelFailure'
    this.reason = reason
  }
}

/** The caller hung up while it waited: nobody is left to answer. */
export function hungUp(): AppError {
  return new AppError('cancelled', { detail: 'The caller hung up before the answer was there.' })
}
