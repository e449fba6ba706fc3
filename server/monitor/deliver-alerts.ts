import { claimDeliveries, recordDelivery } from '#db/queries/alerts'
import type { House } from '#server/house'

const timeoutMs = 10_000
const mostTries = 6

/** Waits before the next try: 15 s, 30 s, 1 min, 2 min, 4 min. */
function backoffMs(attempts: number): number {
  return 15_000 * 2 ** (attempts - 1)
}

/** What a webhook gets, as JSON. `id` is the same for each try, so that a receiver can tell a repeated message. */
export type AlertMessage = {
  id: string
  event: 'opened' | 'closed'
  deployment: string
  rule: { id: string; name: string; figure: string; operator: '>' | '<'; limit: number; minutes: number }
  alert: { id: string; sentence: string; value: number; openedAt: string; closedAt: string | null }
  url: string
}

/** Sends the messages that are due, one after the other. A receiver that does not answer with 2xx in 10 s gets it again, six times in all. */
export async function deliverAlerts(house: House, { nowMs, signal }: { nowMs: number; signal?: AbortSignal }): Promise<number> {
  const due = await claimDeliveries(house.db, { now: new Date(nowMs), limit: 20 })
  for (const { delivery, alert, rule, deployment } of due) {
    if (signal?.aborted) break
    const message: AlertMessage = {
      id: delivery.id,
      event: delivery.event,
      deployment,
      rule: { id: rule.id, name: rule.name, figure: rule.figure, operator: rule.operator, limit: rule.limit, minutes: rule.minutes },
      alert: {
        id: alert.id,
        sentence: alert.sentence,
        value: alert.value,
        openedAt: alert.openedAt.toISOString(),
        closedAt: alert.closedAt?.toISOString() ?? null,
      },
      url: `${house.env.webUrl}/monitor/${encodeURIComponent(deployment)}`,
    }
    const answer =
      rule.webhook === null ? { ok: true, words: 'the rule has no webhook any more' } : await post(rule.webhook, message, signal)
    const isLast = delivery.attempts >= mostTries
    const nextAt = answer.ok || isLast ? null : new Date(nowMs + backoffMs(delivery.attempts))
    const tries = `try ${delivery.attempts} of ${mostTries}`
    const status = answer.ok
      ? `${delivery.event} delivered, ${answer.words}`
      : `${delivery.event} ${isLast ? 'given up' : 'not delivered'}, ${answer.words}, ${tries}`
    await recordDelivery(house.db, { id: delivery.id, alertId: alert.id, status, nextAt })
    if (!answer.ok) house.log.warn({ rule: rule.id, status }, 'a webhook did not take an alert')
  }
  return due.length
}

/** Posts once. Redirects are not followed: the address was set by a lead, not by who answers. */
async function post(url: string, message: AlertMessage, signal: AbortSignal | undefined): Promise<{ ok: boolean; words: string }> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'stageline', 'x-stageline-delivery': message.id },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    })
    await response.body?.cancel()
    return { ok: response.ok, words: `answer ${response.status}` }
  } catch (error) {
    // The receiver is outside of the house: whatever it does is an outcome to record, not a failure of ours.
    if (timeout.aborted) return { ok: false, words: `no answer within ${timeoutMs / 1000} s` }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { ok: false, words: cause instanceof Error ? cause.message || cause.name : 'no connection' }
  }
}
