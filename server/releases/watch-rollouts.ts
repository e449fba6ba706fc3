import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#core/errors/app-error'
import { joinSteps } from '#core/releases/join-steps'
import { judge } from '#core/releases/judge'
import type { Verdict } from '#core/releases/measured'
import { baseOf, type NextRelease, nextAfterPromote, nextAfterRollback } from '#core/releases/next-release'
import { judgedStep, nextAfterWarmUp, nextRollout, policyOf, type RolloutMove, rolloutRelease } from '#core/releases/rollout'
import { isNewVerdict, lookEveryMs } from '#core/releases/verdict-rows'
import type { Db } from '#db/client'
import { systemActor, writeAudit } from '#db/queries/audit'
import { getTime } from '#db/queries/clock'
import { type Deployment, listModelVersionsById, tryLockDeployment } from '#db/queries/deployments'
import { listAlive } from '#db/queries/processes'
import { listReleases } from '#db/queries/releases'
import {
  createVerdict,
  listOpenRollouts,
  listVerdicts,
  lockOpenRollout,
  type Rollout,
  renewVerdict,
  updateRollout,
} from '#db/queries/rollouts'
import type { House } from '#server/house'
import { gatewayAliveMs, warmthOf } from './gateways'
import { measureSteps } from './measure-steps'
import { rolloutNow, strategyOf } from './rollout-now'
import { type History, prepareRelease, writeRelease } from './write-release'

/**
 * Judges and moves the rollouts under way. Every worker runs it; the locks on the deployment and its rollout let one of them act
 * at a time, in the order in which people's changes take them too. One look is one transaction: measure, judge, decide, and write
 * the verdict, the rollout, the release, the audit line and the notice together. A process that is killed at any line leaves what
 * was there before, and the next look of any worker goes on from it (docs/decisions/0019). Time is the database's.
 */

const everyMs = 2_000

/** Looks at all rollouts every 2 seconds until the signal. A failed look is logged; the next one comes anyway. */
export async function watchRollouts(house: House, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await lookAtRollouts(house, await getTime(house.db))
    } catch (err) {
      if (!signal.aborted) house.log.error({ err }, 'the rollouts could not be looked at')
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

/** One look at every rollout under way; one that cannot be judged does not keep the others waiting. */
export async function lookAtRollouts(house: Pick<House, 'db' | 'log'>, now: Date): Promise<void> {
  for (const { deploymentId, deployment } of await listOpenRollouts(house.db)) {
    try {
      await house.db.transaction((tx) => lookAtRollout(tx, { deploymentId, now }))
    } catch (err) {
      house.log.error({ err, deployment }, 'a rollout could not be looked at')
    }
  }
}

type Look = { deployment: Deployment; rollout: Rollout; history: History; now: Date }

async function lookAtRollout(tx: Db, { deploymentId, now }: { deploymentId: string; now: Date }): Promise<void> {
  const deployment = await tryLockDeployment(tx, deploymentId)
  if (!deployment) return
  const rollout = await lockOpenRollout(tx, deploymentId)
  if (!rollout) return
  const history = await listReleases(tx, deploymentId)
  const look: Look = { deployment, rollout, history, now }
  const [current] = history
  if (!current || current.number !== rollout.release) {
    const sentence = current
      ? `${current.by ?? 'Stageline'} made release ${current.number} (${current.kind}) while it was under way.`
      : 'Its releases are gone.'
    await write(tx, look, { ...placeOf(rollout), status: 'ended', change: null, sentence })
    return
  }
  const at = rolloutNow(rollout)
  if (at.strategy.kind === 'blue-green' && rollout.step === 0) {
    const alive = await listAlive(tx, { kind: 'gateway', aliveMs: gatewayAliveMs })
    await write(tx, look, nextAfterWarmUp(at, warmthOf(alive, deployment.name, rollout.release), now.getTime()))
    return
  }
  const verdict = await judgeRollout(tx, look)
  if (verdict) await write(tx, look, nextRollout(at, verdict, now.getTime()))
}

/** What the judge says now, written down; null when it was asked a moment ago: long rollouts are looked at less often. */
async function judgeRollout(tx: Db, { deployment, rollout, history, now }: Look): Promise<Verdict | null> {
  const [last, before] = await listVerdicts(tx, { rolloutId: rollout.id, limit: 2 })
  const ageMs = now.getTime() - rollout.createdAt.getTime()
  if (last && last.step === rollout.step && now.getTime() - last.at.getTime() < lookEveryMs(ageMs)) return null
  const at = rolloutNow(rollout)
  const { kind } = at.strategy
  const versions = await listModelVersionsById(tx, { modelId: deployment.modelId, ids: [rollout.championId, rollout.challengerId] })
  const switched = kind === 'blue-green' ? history.find(({ number }) => number === rollout.firstRelease + 1) : undefined
  const steps = await measureSteps(
    tx,
    { ...rollout, kind, classes: versions.flatMap(({ classes }) => classes), switchedAt: switched?.createdAt ?? null },
    now,
  )
  const verdict = judge({
    measured: joinSteps(steps),
    policy: policyOf(at.strategy),
    step: judgedStep(at, now.getTime()),
    kind,
  })
  const row = { step: rollout.step, verdict, at: now }
  if (last && !isNewVerdict({ ...row, ageMs }, last, before ?? null)) await renewVerdict(tx, { id: last.id, verdict, at: now })
  else await createVerdict(tx, { rolloutId: rollout.id, ...row })
  return verdict
}

/** Writes a move and the release that goes with it. What cannot be released is asked of a person, in the words of the refusal. */
async function write(tx: Db, look: Look, decided: RolloutMove): Promise<void> {
  const { deployment, rollout, history, now } = look
  const prepared = await prepare(tx, look, decided)
  const { move, next } = prepared
  const isRollback = next?.kind === 'rollback'
  const release = next
    ? await writeRelease(tx, {
        deployment,
        history,
        next,
        rolloutId: isRollback ? null : rollout.id,
        reason: move.sentence,
        actor: systemActor,
        at: now,
      })
    : null
  const isOver = move.status === 'promoted' || move.status === 'rolled-back' || move.status === 'ended'
  await updateRollout(tx, rollout.id, {
    status: move.status,
    step: move.step,
    stepSince: new Date(move.stepSinceMs),
    sentence: move.sentence,
    ...(release ? { release: release.number } : {}),
    ...(isOver ? { endedAt: now } : {}),
  })
  if (release || move.status === rollout.status) return
  await writeAudit(tx, {
    actor: systemActor,
    action: `rollout.${move.status}`,
    object: 'deployment',
    objectId: deployment.name,
    before: { status: rollout.status },
    after: { status: move.status },
    reason: move.sentence,
  })
}

async function prepare(tx: Db, look: Look, move: RolloutMove): Promise<{ move: RolloutMove; next: NextRelease | null }> {
  const { deployment, rollout, history } = look
  if (move.change === null) return { move, next: null }
  try {
    return { move, next: await prepareRelease(tx, { modelId: deployment.modelId, history, next: releaseOf(look, move) }) }
  } catch (error) {
    // Documented fallback: what the house refuses to release (not what breaks) needs a person, who reads why.
    if (!(error instanceof AppError)) throw error
    const asking: RolloutMove = { ...placeOf(rollout), status: 'asking', change: null, sentence: `It cannot go on: ${error.message}` }
    return { move: asking, next: null }
  }
}

function releaseOf({ rollout, history }: Look, { change, step }: RolloutMove): NextRelease {
  if (change === 'rollback') return nextAfterRollback(history)
  if (change === 'promote') return nextAfterPromote(history, rollout.challengerId)
  const { championId, challengerId } = rollout
  return rolloutRelease(strategyOf(rollout), step, { championId, challengerId, base: baseOf(history) })
}

function placeOf({ step, stepSince }: Rollout): Pick<RolloutMove, 'step' | 'stepSinceMs'> {
  return { step, stepSinceMs: stepSince.getTime() }
}
