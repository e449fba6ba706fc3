import { answersNumber, type Signature, type SignatureInput } from '#core/model/signature'
import { fallbackReasons } from '#core/releases/settings'
import type { ServedModel } from '../../models/served-model'
import { datatypeNames } from '../tensors/datatypes'

/** A JSON Schema (2020-12), as OpenAPI 3.1 has them. */
export type Schema = { [keyword: string]: unknown }

/** A reference to a schema of the document. */
export const schemaRef = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

/** Schemas that all deployments share: errors, and the request and response of the Open Inference Protocol v2. */
export const sharedSchemas: Record<string, Schema> = {
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'string', description: 'What kind of error it is.', examples: ['bad_input'] },
          message: { type: 'string', description: 'One sentence: what is wrong, where, and what to do.' },
          field: { type: 'string', description: 'The field that it is about.' },
          record: { type: 'integer', minimum: 1, description: 'The record that it is about, counted from 1.' },
        },
      },
    },
  },
  InferenceError: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } },
  InvocationsError: {
    type: 'object',
    required: ['error_code', 'message'],
    properties: { error_code: { type: 'string', examples: ['BAD_REQUEST'] }, message: { type: 'string' } },
  },
  Tensor: {
    type: 'object',
    required: ['name', 'shape', 'datatype'],
    properties: {
      name: { type: 'string' },
      shape: { type: 'array', items: { type: 'integer' } },
      datatype: { type: 'string', enum: datatypeNames },
      parameters: schemaRef('Parameters'),
      data: { type: 'array', items: true, description: 'Row by row, nested or flat. Left out when binary data follows the JSON.' },
    },
  },
  Parameters: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
  InferRequest: {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string', description: 'Given back in the response.' },
      parameters: schemaRef('Parameters'),
      inputs: { type: 'array', minItems: 1, items: schemaRef('Tensor') },
      outputs: {
        type: 'array',
        items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, parameters: schemaRef('Parameters') } },
      },
    },
  },
  InferResponse: {
    type: 'object',
    required: ['model_name', 'outputs'],
    properties: {
      model_name: { type: 'string' },
      model_version: { type: 'string' },
      id: { type: 'string' },
      parameters: schemaRef('Parameters'),
      outputs: { type: 'array', items: schemaRef('Tensor') },
    },
  },
  ModelMetadata: {
    type: 'object',
    required: ['name', 'platform'],
    properties: {
      name: { type: 'string' },
      versions: { type: 'array', items: { type: 'string' } },
      platform: { type: 'string' },
      inputs: { type: 'array', items: schemaRef('Tensor') },
      outputs: { type: 'array', items: schemaRef('Tensor') },
    },
  },
  Accepted: { type: 'object', required: ['accepted'], properties: { accepted: { type: 'integer' } } },
  Outcome: {
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      id: { type: 'string', description: 'The id that came with the prediction.', pattern: '^p_[\\w-]{8,62}$' },
      truth: { type: ['string', 'number', 'boolean'], description: 'What was right: a class, or a number.' },
      figures: { type: 'object', description: 'Business figures by name.', additionalProperties: { type: 'number' } },
      at: { type: ['string', 'number'], description: 'When it became known: ISO 8601, or ms since 1970.' },
    },
  },
}

/** A record as a deployment reads it. */
export function recordSchema({ inputs }: Signature): Schema {
  return {
    type: 'object',
    required: inputs.map(({ name }) => name),
    additionalProperties: false,
    properties: Object.fromEntries(inputs.map((input) => [input.name, inputSchema(input)])),
  }
}

/** The record that a signature gives as its example. */
export function exampleRecord({ inputs }: Signature): Record<string, string | number> {
  return Object.fromEntries(inputs.map(({ name, example }) => [name, example]))
}

/** One answer of a deployment. */
export function predictionSchema({ signature, classes }: Pick<ServedModel, 'signature' | 'classes'>): Schema {
  const own: Schema = answersNumber(signature)
    ? {
        value: { type: 'number', description: `The ${signature.target} that the model answers.` },
        interval: {
          type: ['object', 'null'],
          description: 'The right answer lies in it in `share` of the cases. Null for the stated answer of the release.',
          required: ['low', 'high', 'share'],
          properties: { low: { type: 'number' }, high: { type: 'number' }, share: { type: 'number' } },
        },
      }
    : {
        label: { type: 'string', ...(classes.length <= 200 ? { examples: classes.slice(0, 3) } : {}) },
        confidence: { type: ['number', 'null'], minimum: 0, maximum: 1, description: 'Null for the stated answer of the release.' },
        probabilities: { type: ['object', 'null'], description: 'Of every class, by its name.', additionalProperties: { type: 'number' } },
      }
  return {
    type: 'object',
    required: ['id', 'version', 'fallback', ...Object.keys(own)],
    properties: {
      id: { type: 'string', description: 'By this id outcomes are reported.' },
      ...own,
      version: { type: ['string', 'null'], description: 'The version that answered; null for the stated answer of the release.' },
      fallback: {
        type: ['string', 'null'],
        enum: [...fallbackReasons, null],
        description: 'Why another than the version that was asked answered; null when it answered itself.',
      },
      asked: { type: 'string', description: 'The version that was asked, where another answered.' },
    },
  }
}

function inputSchema({ type, format, separator, example, values }: SignatureInput): Schema {
  const examples = [example]
  if (type === 'number') return { type: ['number', 'boolean', 'null'], description: 'null when it is not known.', examples }
  if (type === 'category') {
    const known = values?.length ? ` Most frequent: ${values.slice(0, 8).join(', ')}.` : ''
    return { type: ['string', 'number', 'boolean', 'null'], description: `A category.${known}`, examples }
  }
  const what =
    format === 'moment'
      ? 'A date or a date and time in ISO 8601.'
      : separator === undefined
        ? 'A text.'
        : `A list as a text, its entries separated by ${JSON.stringify(separator)}.`
  return { type: ['string', 'null'], description: what, examples }
}
