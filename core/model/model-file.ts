import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { prepareStepSchema } from '#core/ports/plan'
import { modelThresholdSchema } from './answering'
import { answersNumber, type Reference, referenceSchema, type Signature, signatureSchema } from './signature'

/**
 * What a Stageline .onnx file says of itself in `metadata_props`. The file is a protobuf message (onnx.proto, ModelProto);
 * field 14 holds the key-value pairs, all other fields, the graph of many megabytes among them, are stepped over by length.
 */

/** `classes` is empty when the model answers a number. */
export type ModelFile = {
  signature: Signature
  classes: string[]
  /** Null when the most probable class is answered. */
  threshold: z.output<typeof modelThresholdSchema> | null
  prepare: z.output<typeof prepareStepSchema>[]
  reference: Reference
}

/** Signature, classes, prepare steps and training reference of a model file; an AppError when it was not made by Stageline. */
export function readModelFile(bytes: Uint8Array): ModelFile {
  const props = readMetadata(bytes)
  const parse = <S extends z.ZodType>(name: string, schema: S): z.output<S> => {
    const text = props.get(`stageline.${name}`)
    if (text === undefined) {
      throw new AppError('bad_file', { detail: `The model file does not hold stageline.${name}; it was not made by Stageline.` })
    }
    return schema.parse(JSON.parse(text))
  }
  const signature = parse('signature', signatureSchema)
  return {
    signature,
    classes: answersNumber(signature) ? [] : parse('classes', z.array(z.string())),
    threshold: props.has('stageline.threshold') ? parse('threshold', modelThresholdSchema) : null,
    prepare: parse('prepare', z.array(prepareStepSchema)),
    reference: parse('reference', referenceSchema),
  }
}

/** The `metadata_props` of an .onnx file. */
export function readMetadata(bytes: Uint8Array): Map<string, string> {
  const props = new Map<string, string>()
  for (const { field, value } of fields(bytes)) {
    if (field !== metadataProps || !value) continue
    const entry = new Map<number, string>()
    for (const part of fields(value)) if (part.value) entry.set(part.field, new TextDecoder().decode(part.value))
    props.set(entry.get(1) ?? '', entry.get(2) ?? '')
  }
  return props
}

const metadataProps = 14

/** The fields of one protobuf message; `value` only for those with a length (wire type 2). */
function* fields(bytes: Uint8Array): Generator<{ field: number; value: Uint8Array | null }> {
  let at = 0
  while (at < bytes.length) {
    const key = varint()
    const field = Math.floor(key / 8)
    const wire = key % 8
    if (wire === 2) {
      const length = varint()
      if (at + length > bytes.length) throw new AppError('bad_file', { detail: 'The model file is cut off or not an .onnx file.' })
      yield { field, value: bytes.subarray(at, at + length) }
      at += length
    } else {
      if (wire === 0) varint()
      else if (wire === 1) at += 8
      else if (wire === 5) at += 4
      else throw new AppError('bad_file', { detail: 'The model file is not an .onnx file.' })
      yield { field, value: null }
    }
  }

  function varint(): number {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
}
