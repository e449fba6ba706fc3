import { eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { estimators } from '#core/estimators/estimators'
import { describeOrigin, originWords } from '#core/model/describe-origin'
import { describeRecipe } from '#core/model/describe-recipe'
import { smallerMeasuredSchema } from '#core/model/smaller'
import { originSchema, recipeSchema } from '#core/ports/kinds'
import type { Db } from '#db/client'
import { getModelVersion, listModelVersions } from '#db/queries/model-versions'
import { getModel, listAliases, listAliasHistory, listModels, listServed } from '#db/queries/models'
import { findRun } from '#db/queries/runs'
import { dataSetVersions } from '#db/schema/data-set-versions'
import { dataSets } from '#db/schema/data-sets'
import type { ModelLine, ModelView, VersionLine, versionSchema } from './views'

type Version = Awaited<ReturnType<typeof listModelVersions>>[number]
type Aliases = Awaited<ReturnType<typeof listAliases>>
type Served = Awaited<ReturnType<typeof listServed>>

/** Every model that has a version, by name: its aliases, its newest version, and where it is live. */
export async function describeModels(db: Db, { search }: { search: string }): Promise<ModelLine[]> {
  const [all, versions, aliases, served] = await Promise.all([
    listModels(db, { search }),
    listModelVersions(db),
    listAliases(db),
    listServed(db),
  ])
  return all.flatMap((model) => {
    const own = versions.filter((version) => version.modelId === model.id)
    const [latest] = own
    if (!latest) return []
    const named = aliases.filter((alias) => alias.modelId === model.id).map(({ alias, number }) => ({ alias, number }))
    return [
      {
        name: model.name,
        createdAt: model.createdAt,
        versions: own.length,
        champion: named.find(({ alias }) => alias === 'champion')?.number ?? null,
        aliases: named,
        latest: {
          number: latest.number,
          createdAt: latest.createdAt,
          by: latest.by,
          metrics: latest.metrics,
          target: latest.signature.target,
        },
        served: own.flatMap((version) => servedBy(version, served)),
      },
    ]
  })
}

/** One model with all its versions and the whole history of its aliases. */
export async function describeModel(db: Db, name: string): Promise<ModelView> {
  const model = await getModel(db, name)
  const [versions, aliases, history, served] = await Promise.all([
    listModelVersions(db, model.id),
    listAliases(db, model.id),
    listAliasHistory(db, model.id),
    listServed(db),
  ])
  return {
    name: model.name,
    createdAt: model.createdAt,
    versions: versions.map((version) => versionLine(version, aliases, served)),
    history,
  }
}

/** All that is known of one version. */
export async function describeVersion(db: Db, key: { model: string; number: number }): Promise<z.output<typeof versionSchema>> {
  const version = await getModelVersion(db, key)
  const { lineage } = version
  // stored by any version of Stageline
  const recipe = recipeSchema.nullable().parse(version.recipe)
  const origin = originSchema.nullable().parse(version.origin)
  const [aliases, served, siblings, run, sets] = await Promise.all([
    listAliases(db, version.modelId),
    listServed(db),
    listModelVersions(db, version.modelId),
    lineage.runId ? findRun(db, lineage.runId) : null,
    dataSetIds(
      db,
      lineage.dataSets.map(({ artifact }) => artifact),
    ),
  ])
  return {
    ...versionLine(version, aliases, served),
    model: version.model,
    artifact: version.artifact,
    state: version.state,
    signature: version.signature,
    classes: version.classes,
    recipe,
    origin,
    params: recipe ? describeRecipe(recipe) : origin ? describeOrigin(origin) : [],
    report: version.report,
    reference: version.reference,
    sample: version.sample,
    smallerOf: siblings.find(({ id }) => id === version.smallerOf)?.number ?? null,
    smaller: smallerMeasuredSchema.nullable().parse(version.smaller),
    lineage: {
      ...lineage,
      runNumber: run?.number ?? null,
      dataSets: lineage.dataSets.map((set) => ({ ...set, dataSetId: sets.get(set.artifact) ?? null })),
    },
    numbers: siblings.map(({ number }) => number),
  }
}

function versionLine(version: Version, aliases: Aliases, served: Served): VersionLine {
  return {
    id: version.id,
    number: version.number,
    createdAt: version.createdAt,
    by: version.by,
    description: version.description,
    bytes: version.bytes,
    rows: version.reference.rows,
    estimator: madeBy(version),
    metrics: version.metrics,
    weights: version.weights,
    aliases: aliases.filter(({ versionId }) => versionId === version.id).map(({ alias }) => alias),
    served: servedBy(version, served),
  }
}

/** The estimator of a trained model, or the file that it was imported from. */
function madeBy({ recipe, origin }: Pick<Version, 'recipe' | 'origin'>): string {
  if (recipe) return estimators[recipe.estimator.kind].name
  return origin ? originWords(origin) : 'not known'
}

function servedBy(version: { id: string; number: number }, served: Served): VersionLine['served'] {
  return served
    .filter(({ versionId }) => versionId === version.id)
    .map(({ deployment, weight }) => ({ deployment, weight, number: version.number }))
}

/** Artifact -> id of the data set that holds it. */
async function dataSetIds(db: Db, artifacts: string[]): Promise<Map<string, string>> {
  if (artifacts.length === 0) return new Map()
  const rows = await db
    .select({ artifact: dataSetVersions.artifact, id: dataSets.id })
    .from(dataSetVersions)
    .innerJoin(dataSets, eq(dataSets.id, dataSetVersions.dataSetId))
    .where(inArray(dataSetVersions.artifact, artifacts))
  return new Map(rows.flatMap(({ artifact, id }) => (artifact ? [[artifact, id] as const] : [])))
}
