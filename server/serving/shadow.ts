import { AppError, errorCodes } from '#core/errors/app-error'
import { stableHash } from '#core/releases/route'
import type { Log } from '#server/log'
import { type Asked, lineOf, loggedAnswer, type Served } from './answer-rows'
import type { Journey } from './journey'
import type { AnsweredRow } from './log/keep-inputs'
import type { Spool } from './log/spool'
import { ModelFailure } from './models/model-failure'
import type { Answer, ServedModel } from './models/served-model'
import { newPredictionId } from './prediction-id'

/**
 * Copies of requests for a version that is watched before it answers anybody: sent after the caller has its answer, at the
 * lowest priority, and dropped when the shadow is busy. Its answers are compared with what the caller got, and logged.
 */
export type Shadows = {
  /** Takes a request that was answered, if it is one of those that are copied. Never throws and never waits. */
  mirror(journey: Journey, asked: Asked, served: Served): void
  /** Copies on their way. */
  inFlight(): number
}

const inFlightAtMost = 64
/** Two numbers that differ by less than this share are the same answer. */
const sameWithin = 0.01

/** Nothing is on its way yet. */
export function openShadows({ spool, log }: { spool: Pick<Spool, 'append'>; log: Log }): Shadows {
  let inFlight = 0

  async function copy(journey: Journey, shadow: ServedModel, { records, read }: Asked, { rows: answered }: Served): Promise<void> {
    const { release } = journey
    const startedAt = performance.now()
    const line = (status: number, rows: AnsweredRow[] = []) => lineOf({ ...journey, startedAt }, shadow, status, { shadow: true, rows })
    try {
      const { settings } = release
      const answers = await shadow.predict(
        records.map((record, i) => read(shadow, record, i)),
        {
          deadlineAt: startedAt + settings.timeoutMs,
          timeoutMs: settings.timeoutMs,
          priority: 'shadow',
          batching: settings.batching,
          isGone: () => false,
          cache: false,
        },
      )
      const rows = answers.map((answer, i) => {
        const differs = isDifferent(answered[i]?.answer, answer)
        return { id: newPredictionId(), input: answer.input, ...(differs === null ? {} : { differs }), ...loggedAnswer(answer) }
      })
      await spool.append(line(200, rows))
    } catch (error) {
      // A shadow that has no time for a copy did not fail: there is nothing to say of it.
      if (error instanceof ModelFailure && error.reason === 'overload') return
      const status = error instanceof AppError ? errorCodes[error.code].status : errorCodes.bug.status
      if (!(error instanceof AppError)) log.error({ err: error, version: shadow.versionId }, 'a shadow failed')
      await spool.append(line(status))
    }
  }

  return {
    mirror(journey, asked, served) {
      const { shadow } = journey.release.settings
      const model = shadow && journey.release.loaded.get(shadow.versionId)
      const [first] = served.rows
      if (!shadow || !model || !first || (stableHash(`shadow ${first.id}`) / 2 ** 32) * 100 >= shadow.share) return
      if (inFlight >= inFlightAtMost || model === served.model) return
      inFlight += 1
      // By then the answer is on its way.
      setImmediate(() => {
        copy(journey, model, asked, served)
          .catch((err) => log.error({ err }, 'a copy for a shadow could not be logged'))
          .finally(() => {
            inFlight -= 1
          })
      })
    },
    inFlight: () => inFlight,
  }
}

/** Another class, or a number that is more than a hundredth away. Null when there is nothing to compare with. */
export function isDifferent(got: Answer | undefined, shadow: Answer): boolean | null {
  if (!got) return null
  if ('value' in got || 'value' in shadow) {
    if (!('value' in got) || !('value' in shadow) || got.interval === null) return null
    return Math.abs(got.value - shadow.value) > sameWithin * Math.max(Math.abs(got.value), Math.abs(shadow.value))
  }
  return got.confidence === null ? null : got.label !== shadow.label
}
