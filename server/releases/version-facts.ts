import { recipeSchema } from '#core/ports/kinds'
import type { VersionFacts } from '#core/releases/difference'
import type { modelVersions } from '#db/schema/model-versions'

/** What the deploy sheet compares of a registered version. */
export function versionFacts(version: typeof modelVersions.$inferSelect): VersionFacts {
  const { number, signature, classes, metrics, recipe, origin, lineage, reference } = version
  return {
    number,
    signature,
    classes,
    metrics,
    recipe: recipeSchema.nullable().parse(recipe),
    origin,
    dataSets: lineage.dataSets,
    trainedRows: reference.rows,
  }
}
