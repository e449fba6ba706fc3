import { readFile } from 'node:fs/promises'
import { AppError } from '#core/errors/app-error'
import { type ModelFileRef, maxModelFileBytes } from '#core/model/model-file-ref'
import { writeAudit } from '#db/queries/audit'
import { checkOutside } from '#ml/onnx/outside/check-outside'
import { type OutsideModel, readOutsideModel } from '#ml/onnx/outside/outside-model'
import { inputWords } from '#ml/onnx/outside/plan-inputs'
import type { House } from '#server/house'
import { type Draft, receiveUpload, type Upload } from './keep-upload'

/** `facts`: what the file says of itself, in a line of words. */
export type KeptModelFile = ModelFileRef & { bytes: number; facts: string }

/**
 * Keeps an uploaded .onnx file as an artifact, once it has been read: what no runtime could load is refused here, and
 * nothing of it is kept. It is run for the first time by the stage that imports it.
 */
export async function keepModelFile(house: House, { actor, ...sent }: Omit<Upload, 'dataSetId'>): Promise<KeptModelFile> {
  if (sent.length > maxModelFileBytes) {
    throw new AppError('too_large', {
      detail: `${sent.fileName} has ${Math.round(sent.length / 2 ** 20)} MB; a model file may have at most ${maxModelFileBytes / 2 ** 20}. Quantise the model, or train a smaller one.`,
    })
  }
  const keep = async ({ draft, name, bytes }: Draft) => {
    const model = readOutsideModel(await readFile(draft))
    checkOutside(model)
    return { artifact: await house.artifacts.adopt(draft), name, bytes, facts: factsOf(model) }
  }
  const kept = await receiveUpload(house, { ...sent, most: maxModelFileBytes }, keep)
  const { artifact, name, bytes } = kept
  await writeAudit(house.db, { actor, action: 'model-file.upload', object: 'model-file', objectId: artifact, after: { name, bytes } })
  return kept
}

function factsOf({ producer, opsets, inputs }: OutsideModel): string {
  const opset = opsets.get('')
  const reads = inputs.slice(0, 6).map(inputWords).join('; ')
  return [
    producer === '' ? 'an ONNX model' : producer,
    ...(opset === undefined ? [] : [`opset ${opset}`]),
    `reads ${reads}${inputs.length > 6 ? ` and ${inputs.length - 6} more inputs` : ''}`,
  ].join(', ')
}
