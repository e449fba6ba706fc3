import { AppError } from '#core/errors/app-error'
import { judgeQuota } from '#core/keys/daily-quota'
import { type KeyAction, keyActionWords } from '#core/keys/key-actions'
import { actionsWords } from '#core/keys/key-limits'
import { formatDuration, formatNumber, plural } from '#core/words/format'
import type { KnownKey } from './known-keys'

/** What a gateway says to a known key that it refuses: each function gives the refusal, or null when there is none. */

/** A key that has expired. */
export function expiryRefusal({ expiresAt, replacedBy }: KnownKey, nowMs: number): AppError | null {
  if (!expiresAt || expiresAt.getTime() > nowMs) return null
  const when = `expired on ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return new AppError('bad_key', {
    detail: replacedBy
      ? `The API key was replaced and ${when}. Use the key that took its place.`
      : `The API key ${when}. An admin can make a new one under Settings, Keys.`,
  })
}

/** A key that is for something else. */
export function scopeRefusal(
  { caller, actions }: KnownKey,
  { deployment, action }: { deployment: string; action: KeyAction },
): AppError | null {
  const { deployments } = caller
  if (deployments && !deployments.has(deployment)) {
    return new AppError('forbidden', {
      detail: `This key may not call ${deployment}. It is for ${[...deployments].join(', ') || 'no deployment'}.`,
    })
  }
  if (actions && !actions.has(action)) {
    const may = actions.size > 0 ? `It may ${actionsWords([...actions])}.` : 'It may do nothing.'
    return new AppError('forbidden', { detail: `This key may not ${keyActionWords[action]}. ${may}` })
  }
  return null
}

/** A key that asks too fast. */
export function rateRefusal({ ratePerSecond, burst }: { ratePerSecond: number; burst: number }, waitSeconds: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitSeconds))
  return new AppError('too_many', {
    detail: `This key may make ${plural(ratePerSecond, 'request')} a second on average and ${formatNumber(burst)} at once. Try again in ${seconds} s.`,
    hint: { retryAfterSeconds: seconds },
  })
}

/** A key whose day is spent, or too short for the request. */
export function quotaRefusal(asked: { rowsPerDay: number; spent: number; rows: number; nowMs: number }): AppError | null {
  const verdict = judgeQuota(asked)
  switch (verdict.kind) {
    case 'pass':
      return null
    case 'too_large':
      return new AppError('too_large', {
        detail: `${plural(asked.rows, 'row')} are more than the ${formatNumber(asked.rowsPerDay)} that this key may ask for in a day. An admin can raise it under Settings, Keys.`,
      })
    case 'spent': {
      const { left, secondsToNextDay } = verdict
      return new AppError('too_many', {
        detail: `This key may ask for ${plural(asked.rowsPerDay, 'row')} a day; ${left === 0 ? 'none is left' : `${formatNumber(left)} ${left === 1 ? 'is' : 'are'} left`}, and this request has ${formatNumber(asked.rows)}. The day ends at 00:00 UTC, in ${formatDuration(secondsToNextDay * 1000)}.`,
        hint: { retryAfterSeconds: secondsToNextDay },
      })
    }
  }
}
