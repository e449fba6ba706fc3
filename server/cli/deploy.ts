import { type Command, InvalidArgumentError } from 'commander'
import { AppError } from '#core/errors/app-error'
import { toDeploymentName } from '#core/releases/deployment-name'
import type { Db } from '#db/client'
import { getModelVersion } from '#db/queries/model-versions'
import { getModel, listAliases } from '#db/queries/models'
import { deployVersion } from '#server/releases/change-release'
import { withSession } from './session'
import { UsageError } from './usage-error'

type Options = { to?: string; share: number; lowConfidence?: number; reason: string }

/** `stageline deploy <model>@<version|alias>`: serves a registered version. */
export function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('serve a registered model version behind an HTTP endpoint')
    .argument('<model@version>', 'a version number or an alias, for example email-triage@3 or email-triage@champion')
    .option('--to <deployment>', 'name of the deployment (default: the name of the model); made when there is none')
    .option('--share <percent>', 'share of the traffic, 1 to 100; below 100 the version becomes the challenger', percent, 100)
    .option('--low-confidence <limit>', 'answers below this confidence are counted', fraction)
    .option('--reason <text>', 'stands in the release history', '')
    .action(
      withSession(program, async (session, reference: string, options: Options) => {
        session.requireRole('lead')
        const { model, version } = await findVersion(session.house.db, reference)
        const deployment = options.to ?? toDeploymentName(model)
        const released = await deployVersion(session.house.db, {
          actor: session.actor,
          deployment,
          versionId: version.id,
          share: options.share,
          reason: options.reason,
          ...(options.lowConfidence === undefined ? {} : { lowConfidence: options.lowConfidence }),
        })
        const url = `${session.house.env.gatewayUrl}/v1/${deployment}/predict`
        session.result(
          { deployment, release: released.release, changed: released.changed, model, version: version.number, url },
          released.changed
            ? `Release ${released.release} of ${deployment}: ${model} v${version.number}. POST ${url}`
            : `Nothing to do: release ${released.release} of ${deployment} already serves ${model} v${version.number} so.`,
        )
      }),
    )
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

function percent(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new InvalidArgumentError('It must be a whole percent from 1 to 100.')
  return value
}

function fraction(text: string): number {
  const value = Number(text)
  if (text === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must lie between 0 and 1.')
  return value
}
