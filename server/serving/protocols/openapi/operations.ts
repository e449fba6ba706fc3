import { answersNumber, type Signature } from '#core/model/signature'
import type { ServedModel } from '../../models/served-model'
import { maxRecords } from '../check-request'
import { maxReports } from '../reports'
import { maxStreamRecords } from '../stream'
import { datatypeOfInput } from '../tensors/record-tensors'
import { exampleRecord, type Schema, schemaRef } from './schemas'

/** One thing that a caller can do, as OpenAPI describes it. */
export type Operation = { [field: string]: unknown }

/** What concerns no deployment: health, and who the server is. None of it needs a key. */
export const gatewayPaths: Record<string, Record<string, Operation>> = {
  '/health': { get: open('health', 'Whether the gateway is well') },
  '/v2': { get: open('serverMetadata', 'Name, version and extensions of the server (v2)') },
  '/v2/health/live': { get: open('serverLive', 'Whether the server lives (v2)') },
  '/v2/health/ready': {
    get: {
      ...open('serverReady', 'Whether all deployments are in service (v2)'),
      responses: { '200': { description: 'They are.' }, '503': { description: 'Not yet.' } },
    },
  },
}

/** GET /v1/{deployment} */
export function describeOperation(name: string): Operation {
  return {
    operationId: `${name}.describe`,
    tags: [name],
    summary: 'What the deployment reads and answers',
    responses: { '200': ok('Inputs, classes and the versions that answer.', { type: 'object' }), ...refusals('Error') },
  }
}

/** POST /v1/{deployment}/predict */
export function predictOperation(name: string, { signature }: ServedModel): Operation {
  const record = schemaRef(`${name}.Record`)
  const example = exampleRecord(signature)
  const rows: Schema = { type: 'array', minItems: 1, maxItems: maxRecords, items: record }
  return {
    operationId: `${name}.predict`,
    tags: [name],
    summary: 'Predict one record, or many',
    description: `Up to ${thousands(maxRecords)} records at once. With \`Accept: text/event-stream\` up to ${thousands(maxStreamRecords)} are answered as a stream of the events \`predictions\`, \`done\` and \`error\`.`,
    parameters: [
      header('x-stageline-key', 'The same key always meets the same version.'),
      header('x-stageline-test', '"1" for test traffic, which is counted apart.'),
      header('x-stageline-version', 'The number of the version that must answer, whatever the shares say; without a fallback.'),
      header('x-stageline-timeout-ms', 'How long the caller waits at most.'),
    ],
    requestBody: body({
      'application/json': {
        schema: {
          oneOf: [
            record,
            rows,
            {
              type: 'object',
              required: ['rows'],
              additionalProperties: false,
              properties: { rows, key: { type: 'string' }, test: { type: 'boolean' } },
            },
          ],
        },
        examples: { one: { summary: 'One record', value: example }, many: { summary: 'Many records', value: [example, example] } },
      },
      'application/x-ndjson': { schema: { type: 'string', description: 'One record on each line.' } },
    }),
    responses: {
      '200': {
        description: 'The answers, in the order of the records.',
        content: {
          'application/json': { schema: { oneOf: [schemaRef(`${name}.Answer`), schemaRef(`${name}.Answers`)] } },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
      ...refusals('Error'),
    },
  }
}

/** POST /v1/{deployment}/outcomes */
export function outcomesOperation(name: string, { signature, classes }: ServedModel): Operation {
  const truth = answersNumber(signature) ? 42 : (classes[0] ?? 'yes')
  return {
    operationId: `${name}.outcomes`,
    tags: [name],
    summary: 'Report what turned out true',
    description: 'Late, out of order and twice are all fine: of each prediction and name the newest stays.',
    requestBody: body({
      'application/json': {
        schema: { oneOf: [schemaRef('Outcome'), { type: 'array', minItems: 1, maxItems: maxReports, items: schemaRef('Outcome') }] },
        example: [{ id: 'p_AAAAAAAAAAAAAAAA', truth, figures: { revenue: 12.5 } }],
      },
    }),
    responses: { '200': ok('How many were accepted.', schemaRef('Accepted')), ...refusals('Error') },
  }
}

/** POST /v1/{deployment}/edge-predictions */
export function edgeOperation(name: string, model: ServedModel): Operation {
  const { signature, classes, version } = model
  const answer = answersNumber(signature) ? { value: 42 } : { label: classes[0] ?? '', confidence: 0.9 }
  const report: Schema = {
    type: 'object',
    required: ['version', 'input'],
    properties: {
      id: { type: 'string', description: 'Made by the reporter: a batch that is sent twice counts once.', pattern: '^p_[\\w-]{8,62}$' },
      at: { type: ['string', 'number'], description: 'When it was predicted: ISO 8601, or ms since 1970.' },
      version: { type: ['integer', 'string'], description: 'The number of the version that answered.' },
      input: schemaRef(`${name}.Record`),
      label: { type: 'string' },
      confidence: { type: 'number', minimum: 0, maximum: 1 },
      value: { type: 'number' },
    },
  }
  return {
    operationId: `${name}.edgePredictions`,
    tags: [name],
    summary: 'Report predictions that were made elsewhere',
    requestBody: body({
      'application/json': {
        schema: { oneOf: [report, { type: 'array', minItems: 1, maxItems: maxReports, items: report }] },
        example: [{ version, input: exampleRecord(signature), ...answer }],
      },
    }),
    responses: { '200': ok('How many were accepted.', schemaRef('Accepted')), ...refusals('Error') },
  }
}

/** POST /v1/{deployment}/invocations */
export function invocationsOperation(name: string, { signature }: ServedModel): Operation {
  const record = exampleRecord(signature)
  const columns = Object.keys(record)
  const list = { type: 'array', items: true }
  return {
    operationId: `${name}.invocations`,
    tags: [name],
    summary: 'Predict as MLflow asks',
    requestBody: body({
      'application/json': {
        schema: {
          oneOf: [
            {
              type: 'object',
              required: ['dataframe_split'],
              properties: { dataframe_split: { type: 'object', required: ['columns', 'data'], properties: { columns: list, data: list } } },
            },
            { type: 'object', required: ['dataframe_records'], properties: { dataframe_records: list } },
            { type: 'object', required: ['instances'], properties: { instances: list } },
            { type: 'object', required: ['inputs'], properties: { inputs: { type: ['object', 'array'] } } },
          ],
        },
        examples: {
          split: { value: { dataframe_split: { columns, data: [Object.values(record)] } } },
          records: { value: { dataframe_records: [record] } },
        },
      },
      'text/csv': { schema: { type: 'string', description: 'A header with the names of the columns, and a row for each record.' } },
    }),
    responses: {
      '200': ok('Labels or numbers, in the order of the records.', {
        type: 'object',
        required: ['predictions'],
        properties: { predictions: { type: 'array', items: { type: answersNumber(signature) ? 'number' : 'string' } } },
      }),
      ...refusals('InvocationsError', { isForeign: true }),
    },
  }
}

/** GET /v2/models/{deployment} */
export function metadataOperation(name: string, suffix = ''): Operation {
  return {
    operationId: `${name}.metadata${suffix}`,
    tags: [name],
    summary: 'Inputs and outputs as tensors (v2)',
    responses: { '200': ok('As the Open Inference Protocol v2 has it.', schemaRef('ModelMetadata')), ...refusals('InferenceError') },
  }
}

/** POST /v2/models/{deployment}/infer */
export function inferOperation(name: string, { signature }: ServedModel, suffix = ''): Operation {
  return {
    operationId: `${name}.infer${suffix}`,
    tags: [name],
    summary: 'Predict by the Open Inference Protocol (v2)',
    requestBody: body({
      'application/json': { schema: schemaRef('InferRequest'), example: { id: '1', inputs: exampleTensors(signature) } },
    }),
    responses: {
      '200': ok('The outputs as tensors; `parameters.prediction_ids` has the ids, joined by commas.', schemaRef('InferResponse')),
      ...refusals('InferenceError', { isForeign: true }),
    },
  }
}

function exampleTensors({ inputs }: Signature) {
  return inputs.map((input) => ({ name: input.name, shape: [1], datatype: datatypeOfInput(input), data: [input.example] }))
}

function open(operationId: string, summary: string): Operation {
  return {
    operationId,
    summary,
    security: [],
    responses: { '200': { description: 'It is.', content: { 'application/json': { schema: { type: 'object' } } } } },
  }
}

function header(name: string, description: string): Operation {
  return { name, in: 'header', description, schema: { type: 'string' } }
}

function body(content: Record<string, unknown>): Operation {
  return { required: true, content }
}

function ok(description: string, schema: Schema): Operation {
  return { description, content: { 'application/json': { schema } } }
}

/** The refusals that every request with a key may meet; protocols of others know input that does not fit as 400. */
function refusals(schema: string, { isForeign = false } = {}): Record<string, Operation> {
  const content = { 'application/json': { schema: schemaRef(schema) } }
  const retry = { 'Retry-After': { description: 'Seconds until it is worth trying again.', schema: { type: 'integer' } } }
  return {
    '400': { description: isForeign ? 'The request or its input does not fit.' : 'The request cannot be read.', content },
    '401': { description: 'The key is missing, unknown, expired or revoked.', content },
    '403': { description: 'The key may not do this here.', content },
    '404': { description: 'There is no such deployment or version.', content },
    '413': { description: 'More records or bytes than one request may hold.', content },
    ...(isForeign ? {} : { '422': { description: 'The input does not fit the model.', content } }),
    '429': { description: 'Too many requests, or the quota of the day is spent.', headers: retry, content },
    '503': { description: 'Too much to do at the moment.', headers: retry, content },
  }
}

function thousands(count: number): string {
  return count.toLocaleString('en')
}
