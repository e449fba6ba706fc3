import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { type Recipe, recipeSchema, type TableValue } from '#core/ports/kinds'
import { getModelVersion } from '#db/queries/model-versions'
import type { House } from '#server/house'
import { openDuckdb } from '#server/tables/open-duckdb'
import { describeParquet } from '#server/tables/read-columns'
import { trainModel } from '#stages/train-model'
import { openScratchFolders } from '../stage-process/scratch-folders'
import { openStageContext } from '../stage-process/stage-context'
import type { JobHandler } from './handler'

const inputSchema = z.object({ model: z.string(), version: z.int() })

/** What a verification finds: the hash that was registered, and that of the model that was trained again. */
export type Verification = { model: string; version: number; equal: boolean; registered: string; trained: string; seconds: number }

/** Trains a registered model again from its recipe and its stored training table, and compares the two files byte by byte. */
export const verifyModel: JobHandler = async ({ house, input, progress }) => {
  const { model, version } = inputSchema.parse(input)
  const { recipe: stored, artifact } = await getModelVersion(house.db, { model, number: version })
  // The database keeps no order of members, the model file does: parsed, they stand as they stood for the stage.
  const recipe = recipeSchema.parse(stored)
  if (!(await house.artifacts.has(recipe.table))) {
    throw new AppError('not_found', {
      detail: `The table that ${model}@${version} was trained on (${recipe.table.slice(0, 12)}) is no longer in the artifact store. Without it nothing can be trained again.`,
    })
  }
  const folders = await openScratchFolders(house.env.home)
  const scratch = await folders.make()
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
      privateUrls: false,
    },
    {
      calls: { dataSetVersion: refuse, registerModel: refuse, deployModel: refuse, searchTrials: refuse, trialScore: refuse },
      secret: refuse,
    },
    (message) => {
      if (message.kind === 'progress') progress(message.done, message.total, message.doing)
    },
  )
  const began = performance.now()
  try {
    const { target, estimator, calibration, threshold } = recipe
    const table = await tableOf(house, recipe, scratch)
    const trained = (await trainModel({ table, target, estimator, calibration, threshold }, context.ctx)).model.artifact
    const seconds = Math.round((performance.now() - began) / 10) / 100
    return { model, version, equal: trained === artifact, registered: artifact, trained, seconds } satisfies Verification
  } finally {
    context.close()
    await folders.removeAll()
  }
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
