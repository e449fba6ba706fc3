import { z } from 'zod'
import type { Db } from '#db/client'
import { type DataSetRef, findMeantVersions } from '#db/queries/data-set-refs'
import type { StageSpec } from '#stages/define'
import { dataSetParams } from './stage-work'

/** What the params of a stage point at outside the graph, as it is now. */
export type Resources = {
  /** Param -> artifact hash; part of the stage's key. */
  artifacts: Record<string, string>
  /** Data set -> version that was meant when the key was made, so that a version that arrives in between is not taken. */
  versions: Record<string, number>
}

export const noResources: Resources = { artifacts: {}, versions: {} }

// A data set param holds its id or name, or that and a version. Anything else points at nothing yet.
const refSchema = z.union([
  z
    .string()
    .min(1)
    .transform((dataSet): DataSetRef => ({ dataSet })),
  z
    .object({ dataSet: z.string().min(1), version: z.int().optional().nullable() })
    .transform(({ dataSet, version }): DataSetRef => ({ dataSet, version: version ?? undefined })),
])

/** Looks up what many stages point at, in one query. */
export async function resourcesOf(
  db: Db,
  stages: readonly { id: string; spec: StageSpec; params: Record<string, unknown> }[],
): Promise<Map<string, Resources>> {
  const wanted = stages.flatMap(({ id, spec, params }) =>
    dataSetParams(spec).flatMap((param) => {
      const ref = refSchema.safeParse(params[param])
      return ref.success ? [{ id, param, ref: ref.data }] : []
    }),
  )
  const meant = await findMeantVersions(
    db,
    wanted.map((want) => want.ref),
  )
  const found = new Map<string, Resources>()
  for (const { id, param, ref } of wanted) {
    const hit = meant.find((m) => m.ref === ref)
    if (!hit) continue
    const before = found.get(id) ?? noResources
    found.set(id, {
      artifacts: { ...before.artifacts, [param]: hit.artifact },
      versions: { ...before.versions, [ref.dataSet]: hit.version },
    })
  }
  return found
}
