import { randomUUID } from 'node:crypto'
import { AppError } from '#core/errors/app-error'
import type { Figure } from '#core/ports/kinds'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import type { House } from '#server/house'
import { tinyClasses, tinyModel, tinyReference, tinySignature } from './tiny-model'

export type TinyVersion = { id: string; number: number; modelId: string; artifact: string }

type TinyOptions = { name?: string; count?: number; file?: Uint8Array }

/** Registers `count` versions of one tiny model, each of which leans a little more to spam than the one before; or of a `file` that reads and answers the same. */
export async function registerTiny(
  house: House,
  { name = `tiny-${randomUUID().slice(0, 6)}`, count = 2, file }: TinyOptions = {},
): Promise<TinyVersion[]> {
  const [model] = await house.db.insert(models).values({ name }).returning()
  if (!model) throw new AppError('bug')
  const made: TinyVersion[] = []
  for (let number = 1; number <= count; number++) {
    const bytes = file ?? tinyModel({ bias: (number - 1) * 0.5 })
    const artifact = await house.artifacts.write(bytes)
    const metrics: Figure[] = [{ name: 'accuracy', value: 0.9 + number / 100, better: 'higher' }]
    const [version] = await house.db
      .insert(modelVersions)
      .values({
        modelId: model.id,
        number,
        artifact,
        bytes: bytes.length,
        signature: tinySignature,
        classes: tinyClasses,
        recipe: {
          estimator: { kind: 'logistic-regression', c: number, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 10 },
          plan: { prepare: [], features: [] },
          target: 'label',
          table: artifact,
          seed: 1,
          calibration: 'none',
        },
        metrics,
        reference: tinyReference,
        lineage: {
          runId: null,
          workflowId: null,
          workflowName: null,
          workflowVersion: null,
          stageId: null,
          dataSets: [],
          artifacts: [],
          codeVersion: 'test',
        },
      })
      .returning()
    if (!version) throw new AppError('bug')
    made.push({ id: version.id, number, modelId: model.id, artifact })
  }
  return made
}
