import type { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import type { PredictRow } from '#core/model/signature'
import { getModelVersion } from '#db/queries/model-versions'
import type { House } from '#server/house'
import { type LocalModel, loadModel } from '#server/serving/models/load-model'
import { openPrepare } from '#server/serving/models/open-prepare'
import { checkRecord } from '#server/serving/protocols/check-request'
import type { trialSchema } from './views'

/** Models stay loaded for the next try; more than these are closed, the one not used for longest first. */
const keep = 3
const loaded = new Map<string, Promise<LocalModel>>()

/** Answers one row with a version of a model, as the gateway would: same checks, same prepare steps, same runtime. */
export async function tryModel(
  house: House,
  { model, number, row }: { model: string; number: number; row: PredictRow },
): Promise<z.output<typeof trialSchema>> {
  const version = await getModelVersion(house.db, { model, number })
  const served = await load(house, { versionId: version.id, version: number, model, artifact: version.artifact })
  const checked = checkRecord(served.signature, row, 0)
  const began = performance.now()
  const [answer] = await served.predict([checked])
  const milliseconds = performance.now() - began
  if (!answer) throw new AppError('bug')
  if ('value' in answer) {
    if (Number.isNaN(answer.value))
      throw new AppError('bad_input', { detail: 'The model has no answer to this row: it was trained without missing values.' })
    return { value: answer.value, interval: answer.interval, milliseconds }
  }
  return {
    label: answer.label,
    confidence: answer.confidence,
    probabilities: served.classes.map((name, i) => ({ name, value: answer.probabilities[i] ?? 0 })),
    milliseconds,
  }
}

async function load(
  house: House,
  { artifact, ...source }: { versionId: string; version: number; model: string; artifact: string },
): Promise<LocalModel> {
  const known = loaded.get(artifact)
  const opening = known ?? house.artifacts.read(artifact).then((bytes) => loadModel({ ...source, bytes }, openPrepare(house)))
  loaded.delete(artifact)
  loaded.set(artifact, opening)
  if (loaded.size > keep) {
    const [oldest] = loaded.entries().next().value ?? []
    const closing = oldest === undefined ? undefined : loaded.get(oldest)
    if (oldest !== undefined) loaded.delete(oldest)
    closing?.then((old) => old.close()).catch(() => {})
  }
  return opening.catch((error) => {
    loaded.delete(artifact)
    throw error
  })
}
