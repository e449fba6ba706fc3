import type { Command } from 'commander'
import { AppError } from '#core/errors/app-error'
import { toDeploymentName } from '#core/releases/deployment-name'
import { strategyWords } from '#core/releases/order-words'
import { defaultSettings } from '#core/releases/settings'
import type { Db } from '#db/client'
import { findDeployment, listVersions } from '#db/queries/deployments'
import { getModelVersion } from '#db/queries/model-versions'
import { getModel, listAliases } from '#db/queries/models'
import { findNewestRollout } from '#db/queries/rollouts'
import { deployVersion } from '#server/releases/change-release'
import { strategyOf } from '#server/releases/rollout-now'
import { type CliSession, withSession } from './session'
import { addStrategyOptions, collect, fallbackHelp, fraction, readFallback, readStrategy, type StrategyOptions } from './strategy-options'
import { UsageError } from './usage-error'

type Options = StrategyOptions & { to?: string; lowConfidence?: number; fallback: string[]; reason: string }

/** `stageline deploy <model>@<version|alias>`: serves a registered version, at once or by a strategy. */
export function addDeploy(program: Command): void {
  const command = program
    .command('deploy')
    .description('serve a registered model version behind an HTTP endpoint')
    .argument('<model@version>', 'a version number or an alias, for example email-triage@3 or email-triage@champion')
    .option('--to <deployment>', 'name of the deployment (default: the name of the model); made when there is none')
  addStrategyOptions(command)
    .option('--fallback <who>', fallbackHelp, collect, [])
    .option('--low-confidence <limit>', 'answers below this confidence are counted', fraction)
    .option('--reason <text>', 'stands in the release history', '')
    .action(withSession(program, deploy))
}

async function deploy(session: CliSession, reference: string, options: Options): Promise<void> {
  session.requireRole('lead')
  const strategy = readStrategy(options)
  const { db, env } = session.house
  const { model, version } = await findVersion(db, reference)
  const deployment = options.to ?? toDeploymentName(model)
  const fallback = await readFallback(options.fallback, {
    isNumber: version.signature.task === 'regression',
    versionOf: async (number) => (await getModelVersion(db, { model, number })).id,
  })
  const underWay = await findUnderWay(db, deployment)
  const released = await deployVersion(db, {
    actor: session.actor,
    deployment,
    versionId: version.id,
    reason: options.reason,
    strategy,
    share: strategy ? undefined : options.share,
    lowConfidence: options.lowConfidence,
    settings: fallback ? { fallback: { ...defaultSettings.fallback, steps: fallback } } : undefined,
  })
  const url = `${env.gatewayUrl}/v1/${deployment}/predict`
  const { release, changed, request } = released
  if (changed && underWay) session.note(`${underWay} That has ended with this release.`)
  const how =
    strategy && strategy.kind !== 'all-at-once' ? ` ${strategyWords(strategy)}; \`stageline rollout ${deployment}\` shows how it goes` : ''
  session.result(
    { deployment, release, changed, model, version: version.number, url, request },
    request
      ? `${deployment} wants a second person, who is asked now: ${request.sentence} Nothing has changed yet.`
      : changed
        ? `Release ${release} of ${deployment}: ${model} v${version.number}${how}. POST ${url}`
        : `Nothing to do: release ${release} of ${deployment} already serves ${model} v${version.number} so.`,
  )
}

/** What a deploy would end, in a sentence; null when nothing is under way. */
async function findUnderWay(db: Db, name: string): Promise<string | null> {
  const deployment = await findDeployment(db, name)
  const rollout = deployment && (await findNewestRollout(db, deployment.id))
  if (!rollout || rollout.endedAt) return null
  const [challenger] = await listVersions(db, [rollout.challengerId])
  return `v${challenger?.number} was under way on ${name} ${strategyWords(strategyOf(rollout))}.`
}

async function findVersion(db: Db, reference: string) {
  const at = reference.lastIndexOf('@')
  const [model, wanted] = at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)]
  if (wanted === '') throw new UsageError(`Say which version of ${model}: ${model}@1, or an alias such as ${model}@champion.`)
  if (/^v?\d+$/.test(wanted)) {
    return { model, version: await getModelVersion(db, { model, number: Number(wanted.replace('v', '')) }) }
  }
  const { id } = await getModel(db, model)
  const aliases = await listAliases(db, id)
  const alias = aliases.find((each) => each.alias === wanted)
  if (!alias) {
    const known = aliases.map((each) => each.alias).join(', ')
    throw new AppError('not_found', { detail: `${model} has no alias ${wanted}. ${known ? `It has ${known}.` : 'It has no alias yet.'}` })
  }
  return { model, version: await getModelVersion(db, { model, number: alias.number }) }
}
