import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { readModelFile } from '#core/model/model-file'
import { type Origin, originSchema, type Recipe, recipeSchema, type TableValue } from '#core/ports/kinds'
import { artifactsOfPlan } from '#core/ports/plan'
import { getModelVersion } from '#db/queries/model-versions'
import { wrapAgain } from '#ml/onnx/outside/wrap-again'
import { openFoldThreads } from '#server/folds/fold-threads'
import type { House } from '#server/house'
import { openDuckdb } from '#server/tables/open-duckdb'
import { describeParquet } from '#server/tables/read-columns'
import { trainAgain } from '#stages/train-again'
import { openScratchFolders } from '../stage-process/scratch-folders'
import { openStageContext } from '../stage-process/stage-context'
import type { JobHandler } from './handler'

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
 * An imported model is wrapped again from the file that was uploaded.
 */
export const verifyModel: JobHandler = async ({ house, input, progress }) => {
  const { model, version } = inputSchema.parse(input)
  const { recipe: stored, origin, artifact } = await getModelVersion(house.db, { model, number: version })
  if (stored === null) return verifyImported(house, { model, version, artifact, origin })
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
  const folders = await openScratchFolders(house.env.home)
  const scratch = await folders.make()
  const folds = openFoldThreads()
  const context = openStageContext(
    {
      type: recipe.estimator.kind,
      title: `${model}@${version}`,
      params: {},
      version: 1,
      inputs: {},
      seed: recipe.seed,
      stage: { id: 'verify', title: `${model}@${version}`, runId: '', workflow: 'verify' },
      artifactsDir: house.env.artifactsDir,
      scratch,
      memoryMb: 4096,
      threads: house.env.threads,
      privateUrls: false,
    },
    {
      calls: { dataSetVersion: refuse, registerModel: refuse, deployModel: refuse, searchTrials: refuse, trialScore: refuse },
      secret: refuse,
    },
    folds,
    (message) => {
      if (message.kind === 'progress') progress(message.done, message.total, message.doing)
    },
  )
  const began = performance.now()
  try {
    const trained = (await trainAgain(recipe, await tableOf(house, recipe, scratch), context.ctx)).artifact
    const seconds = Math.round((performance.now() - began) / 10) / 100
    return { model, version, equal: trained === artifact, registered: artifact, trained, seconds } satisfies Verification
  } finally {
    context.close()
    await folds.close()
    await folders.removeAll()
  }
}

/** Equal when the registered file is the uploaded one, wrapped as its origin says: neither was changed since. */
async function verifyImported(
  { artifacts }: House,
  { model, version, artifact, origin }: { model: string; version: number; artifact: string; origin: Origin | null },
): Promise<Verification> {
  const { file, name, ...settings } = originSchema.parse(origin)
  if (!(await artifacts.has(file))) {
    throw new AppError('not_found', {
      detail: `The file ${name} that ${model}@${version} was imported from (${file.slice(0, 12)}) is no longer in the artifact store. Without it nothing can be compared.`,
    })
  }
  const began = performance.now()
  const wrapped = wrapAgain(await artifacts.read(file), settings, readModelFile(await artifacts.read(artifact)))
  const trained = createHash('sha256').update(wrapped).digest('hex')
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

async function refuse(): Promise<never> {
  throw new Error('training asks nothing of a worker')
}
