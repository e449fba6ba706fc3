import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { signalTitle } from '#core/releases/judge-words'
import type { SignalVerdict } from '#core/releases/measured'
import { strategyWords } from '#core/releases/order-words'
import { formatDateTime, formatNumber, formatShare } from '#core/words/format'
import { getDeployment, listVersionNumbers } from '#db/queries/deployments'
import { listAlive } from '#db/queries/processes'
import { listReleases } from '#db/queries/releases'
import { describeRollout } from '#server/releases/describe-rollout'
import type { RolloutView } from '#server/releases/views'
import { type CliSession, withSession } from './session'

const everyMs = 2_000
const workerAliveMs = 10_000

/** `stageline rollout <deployment>`: how a version on its way to traffic does. */
export function addRollout(program: Command): void {
  program
    .command('rollout')
    .description('show the rollout of a deployment: where it is, what the judge says, what comes next')
    .argument('<deployment>')
    .option('--watch', 'go on until it is over or asks a person; exit code 0 only when it was promoted')
    .action(withSession(program, rollout))
}

async function rollout(session: CliSession, deployment: string, { watch }: { watch?: boolean }): Promise<void> {
  for (let said = ''; ; ) {
    const { release, versions, rollout: found, isJudged } = await look(session, deployment)
    const live = versions.join(', ')
    if (!found) {
      session.result({ deployment, release, rollout: null }, `No rollout is under way on ${deployment}: release ${release} serves ${live}.`)
      if (watch) session.fail()
      return
    }
    if (!isJudged && !found.endedAt && said === '')
      session.note('No worker runs, so nothing judges it. Start one with `npm start` or `npm run worker`.')
    if (!watch || found.endedAt || found.status === 'asking') {
      session.result({ deployment, release, rollout: found }, wordsOf(deployment, found))
      if (watch && found.status !== 'promoted') session.fail()
      return
    }
    const line = `${headOf(deployment, found)} ${found.sentence}`
    if (line !== said) session.note(line)
    said = line
    await sleep(everyMs, undefined, { signal: session.signal })
  }
}

async function look({ house }: CliSession, name: string) {
  const { id, modelId } = await getDeployment(house.db, name)
  const [current] = await listReleases(house.db, id)
  const names = new Map((await listVersionNumbers(house.db, modelId)).map((version) => [version.id, version.number]))
  const release = current?.number ?? 0
  const described = await describeRollout(house.db, { deploymentId: id, release, names })
  const versions = (current?.routes ?? []).map(({ versionId, weight }) => `v${names.get(versionId)} ${weight} %`)
  const isJudged = (await listAlive(house.db, { kind: 'worker', aliveMs: workerAliveMs })).length > 0
  return { release, versions, rollout: described?.rollout ?? null, isJudged }
}

function headOf(deployment: string, { challenger, champion, strategy, status, step, steps, automatic }: RolloutView): string {
  const at = steps.length > 1 && status !== 'promoted' && status !== 'rolled-back' ? `, step ${step + 1} of ${steps.length}` : ''
  const byHand = automatic ? '' : ', by hand'
  return `${deployment}: v${challenger} against v${champion}, ${strategyWords(strategy)}: ${status}${at}${byHand}.`
}

function wordsOf(deployment: string, view: RolloutView): string {
  const { sentence, verdict, step, steps, challengerAnswers, nextStepAt } = view
  const needed = steps[step]?.minSamples ?? 0
  const lines = [headOf(deployment, view), sentence]
  if (!view.endedAt) {
    const next = nextStepAt ? `; the next step at ${formatDateTime(nextStepAt)} at the earliest` : ''
    lines.push(`${formatNumber(challengerAnswers)} of ${formatNumber(needed)} requests answered${next}.`)
  }
  return [...lines.filter((line) => line !== ''), ...(verdict?.signals ?? []).map(signalLine)].join('\n')
}

function signalLine({ signal, state, champion, challenger, limit, unit }: SignalVerdict): string {
  const words = (value: number | null) => (value === null ? '–' : valueWords(unit, value))
  const figures = `challenger ${words(challenger)}, champion ${words(champion)}, limit ${words(limit)}`
  return `  ${signalTitle(signal).padEnd(24)}${state.padEnd(9)}${state === 'no-data' ? '' : figures}`.trimEnd()
}

function valueWords(unit: SignalVerdict['unit'], value: number): string {
  if (unit === 'share') return formatShare(value, 2)
  if (unit === 'ms') return `${formatNumber(value)} ms`
  return String(Number(value.toPrecision(4)))
}
