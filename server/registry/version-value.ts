import { type ModelValue, originSchema, recipeSchema } from '#core/ports/kinds'
import type { getModelVersion } from '#db/queries/model-versions'

/** A registered version as a value on a port. */
export function versionValue(version: Awaited<ReturnType<typeof getModelVersion>>): ModelValue {
  const { artifact, bytes, classes, signature, recipe, origin, reference, state, model, number, id } = version
  return {
    kind: 'model',
    artifact,
    bytes,
    classes,
    signature,
    // stored by any version of Stageline
    recipe: recipeSchema.nullable().parse(recipe),
    ...(origin && { origin: originSchema.parse(origin) }),
    rows: reference.rows,
    terms: 0,
    ...(state !== null && { state }),
    registered: { model, version: number, versionId: id },
  }
}
