import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { readModelFile } from '#core/model/model-file'
import type { WeightForm } from '#core/model/smaller'
import { type Origin, originSchema, type Recipe, recipeSchema, type TableValue } from '#core/ports/kinds'
import { artifactsOfPlan } from '#core/ports/plan'
import { getModelVersion } from '#db/queries/model-versions'
import { wrapAgain } from '#ml/onnx/outside/wrap-again'
import { quantiseOnnx } from '#ml/onnx/quantise'
import type { House } from '#server/house'
import { openDuckdb } from '#server/tables/open-duckdb'
import { describeParquet } from '#server/tables/read-columns'
import { trainAgain } from '#stages/train-again'
import type { JobHandler } from './handler'
import { openJobContext } from './job-context'

const inputSchema = z.object({ model: z.string(), version: z.int() })

/** What a verification finds: the hash that was registered, and that of the model that was trained, or wrapped, again. */
export type Verification = {
  model: string
  version: number
  equal: boolean
  registered: string
  trained: string
  seconds: number
  /** The file that an imported model was wrapped from. */
  imported?: string
}

/**
 * Trains a registered model again from its recipe and its stored training table, and compares the two files byte by byte.
 * An imported model is wrapped again from the file that was uploaded. Of a version in int8 the weights are rounded again as well.
 */
export const verifyModel: JobHandler = async ({ house, input, progress }) => {
  const { model, version } = inputSchema.parse(input)
  const { recipe: stored, origin, artifact, weights } = await getModelVersion(house.db, { model, number: version })
  if (stored === null) return verifyImported(house, { model, version, artifact, origin, weights })
  // The database keeps no order of members, the model file does: parsed, they stand as they stood for the stage.
  const recipe = recipeSchema.parse(stored)
  if (!(await house.artifacts.has(recipe.table))) {
    throw new AppError('not_found', {
      detail: `The table that ${model}@${version} was trained on (${recipe.table.slice(0, 12)}) is no longer in the artifact store. Without it nothing can be trained again.`,
    })
  }
  for (const vectors of artifactsOfPlan(recipe.plan)) {
    if (await house.artifacts.has(vectors)) continue
    throw new AppError('not_found', {
      detail: `The word vectors that ${model}@${version} was trained with (${vectors.slice(0, 12)}) are no longer in the artifact store. Without them nothing can be trained again.`,
    })
  }
  const context = await openJobContext(house, { type: recipe.estimator.kind, title: `${model}@${version}`, seed: recipe.seed, progress })
  const began = performance.now()
  try {
    const again = (await trainAgain(recipe, await tableOf(house, recipe, context.ctx.scratch), context.ctx)).artifact
    const trained = weights === 'int8' ? hashOf(quantiseOnnx(await house.artifacts.read(again)).bytes) : again
    const seconds = Math.round((performance.now() - began) / 10) / 100
    return { model, version, equal: trained === artifact, registered: artifact, trained, seconds } satisfies Verification
  } finally {
    await context.close()
  }
}

/** Equal when the registered file is the uploaded one, wrapped as its origin says: neither was changed since. */
async function verifyImported(
  { artifacts }: House,
  {
    model,
    version,
    artifact,
    origin,
    weights,
  }: { model: string; version: number; artifact: string; origin: Origin | null; weights: WeightForm },
): Promise<Verification> {
  const { file, name, ...settings } = originSchema.parse(origin)
  if (!(await artifacts.has(file))) {
    throw new AppError('not_found', {
      detail: `The file ${name} that ${model}@${version} was imported from (${file.slice(0, 12)}) is no longer in the artifact store. Without it nothing can be compared.`,
    })
  }
  const began = performance.now()
  const wrapped = wrapAgain(await artifacts.read(file), settings, readModelFile(await artifacts.read(artifact)))
  const trained = hashOf(weights === 'int8' ? quantiseOnnx(wrapped).bytes : wrapped)
  const seconds = Math.round((performance.now() - began) / 10) / 100
  return { model, version, equal: trained === artifact, registered: artifact, trained, seconds, imported: name }
}

/** The training table as the Learn stage got it, as far as training looks at it. */
async function tableOf({ artifacts }: House, { table, plan }: Recipe, scratch: string): Promise<TableValue> {
  const file = await artifacts.path(table)
  const duckdb = await openDuckdb({ scratch, signal: new AbortController().signal, memoryMb: 512 })
  try {
    const { columns, rows } = await duckdb.use((connection) => describeParquet(connection, file))
    return { kind: 'table', artifact: table, rows, bytes: 0, columns, stats: table, plan }
  } finally {
    duckdb.close()
  }
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
