import { setTimeout as sleep } from 'node:timers/promises'
import { nextAlert } from '#core/monitor/alerts'
import { figureMinutes, figureValueWords, figureWindow, figureWords, measureFigure } from '#core/monitor/figures'
import { sumRollups } from '#core/monitor/rollup'
import type { TrafficRow } from '#core/monitor/traffic'
import type { Db } from '#db/client'
import { type AlertRule, claimWatch, listRulesToWatch, setRuleState } from '#db/queries/alert-rules'
import { closeAlerts, openAlert } from '#db/queries/alerts'
import { listVersions } from '#db/queries/deployments'
import { listTraffic } from '#db/queries/monitor'
import type { House } from '#server/house'
import { deliverAlerts } from './deliver-alerts'

const everyMs = 15_000

/**
 * Looks at all alert rules every 15 seconds until the signal, and sends what webhooks are due. Every worker may run it:
 * one of them acts at a time, and a message is taken by one only. A failed look is logged; the next one comes anyway.
 */
export async function watchAlerts(house: House, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await lookAtRules(house, Date.now())
      await deliverAlerts(house, { nowMs: Date.now(), signal })
    } catch (err) {
      if (!signal.aborted) house.log.error({ err }, 'the alert rules could not be looked at')
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

/** One look at every rule that is on: measures, decides, writes states and alerts in one transaction. False when another worker is at it. */
export async function lookAtRules(house: House, nowMs: number): Promise<boolean> {
  return house.db.transaction(async (tx) => {
    if (!(await claimWatch(tx))) return false
    const watched = await listRulesToWatch(tx)
    for (const deploymentId of new Set(watched.map(({ rule }) => rule.deploymentId))) {
      const rules = watched.filter(({ rule }) => rule.deploymentId === deploymentId)
      await lookAtDeployment(tx, { deploymentId, rules, nowMs })
    }
    return true
  })
}

type Watched = Awaited<ReturnType<typeof listRulesToWatch>>[number]

async function lookAtDeployment(
  tx: Db,
  { deploymentId, rules, nowMs }: { deploymentId: string; rules: Watched[]; nowMs: number },
): Promise<void> {
  const windows = rules.map(({ rule }) => figureWindow(rule.figure, nowMs))
  const rows = await listTraffic(tx, {
    deploymentIds: [deploymentId],
    fromMs: Math.min(...windows.map((window) => window.fromMs)),
    toMs: Math.max(...windows.map((window) => window.toMs)),
    source: 'minute',
    includesTest: true,
  })
  const championId = rules[0]?.routes[0]?.versionId
  const [champion] = championId ? await listVersions(tx, [championId]) : []
  for (const { rule, deployment } of rules) {
    const value = measure(rule, { rows, championId, reference: champion?.reference ?? null, nowMs })
    const { state, event } = nextAlert(rule.state, value, rule, nowMs)
    await setRuleState(tx, rule.id, state)
    const hasWebhook = rule.webhook !== null
    if (event === 'opened' && value !== null) {
      await openAlert(tx, { ruleId: rule.id, sentence: sentenceOf(rule, deployment, value), value, openedAt: new Date(nowMs), hasWebhook })
    }
    if (event === 'closed') await closeAlerts(tx, { ruleId: rule.id, closedAt: new Date(nowMs), hasWebhook })
  }
}

type Seen = {
  rows: readonly TrafficRow[]
  championId: string | undefined
  reference: Parameters<typeof measureFigure>[1]['reference']
  nowMs: number
}

function measure(rule: AlertRule, { rows, championId, reference, nowMs }: Seen): number | null {
  const { fromMs, toMs } = figureWindow(rule.figure, nowMs)
  const inside = rows.filter((row) => row.startMs >= fromMs && row.startMs < toMs && (rule.includesTest || !row.test))
  return measureFigure(rule.figure, {
    all: sumRollups(inside.map((row) => row.figures)),
    champion: sumRollups(inside.filter((row) => row.versionId === championId).map((row) => row.figures)),
    reference,
    minutes: figureMinutes(rule.figure),
  })
}

/** "Errors (5xx) of ticket-triage 6.1 %, above 5.0 % for 5 min". */
export function sentenceOf(rule: Pick<AlertRule, 'figure' | 'operator' | 'limit' | 'minutes'>, deployment: string, value: number): string {
  const side = rule.operator === '>' ? 'above' : 'below'
  const limit = figureValueWords(rule.figure, rule.limit)
  const long = rule.minutes === 0 ? '' : ` for ${rule.minutes} min`
  return `${figureWords(rule.figure)} of ${deployment}: ${figureValueWords(rule.figure, value)}, ${side} ${limit}${long}`
}
