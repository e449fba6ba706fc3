import type { ModelFile } from '#core/model/model-file'
import type { Origin } from '#core/ports/kinds'
import { checkOutside } from './check-outside'
import { readOutsideModel } from './outside-model'
import { planAnswer } from './plan-answer'
import { planInputs } from './plan-inputs'
import { type Answering, wrapModel } from './wrap-model'

/** What the metadata of a wrapped file says, in the order of model files that are trained here. */
export function wrappedMetadata({ signature, classes, prepare, reference }: Omit<ModelFile, 'threshold'>): Record<string, string> {
  return {
    'stageline.signature': JSON.stringify(signature),
    ...(signature.task === 'regression' ? {} : { 'stageline.classes': JSON.stringify(classes) }),
    'stageline.prepare': JSON.stringify(prepare),
    'stageline.reference': JSON.stringify(reference),
  }
}

/**
 * Wraps an imported file as its origin says. With the metadata of the registered file, the same bytes come out, unless
 * that file, or the original, was changed.
 */
export function wrapAgain(
  original: Uint8Array,
  { columns, output, answer: { form, width } }: Pick<Origin, 'columns' | 'output' | 'answer'>,
  file: Omit<ModelFile, 'threshold'>,
): Uint8Array<ArrayBuffer> {
  const model = readOutsideModel(original)
  checkOutside(model)
  const answering: Answering = form === 'number' ? { task: 'regression' } : { task: 'classification', form, width, classes: file.classes }
  return wrapModel({
    model,
    inputs: planInputs(model, columns, columns),
    answer: planAnswer(model, output),
    answering,
    metadata: wrappedMetadata(file),
  })
}
