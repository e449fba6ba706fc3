import type { Operation } from './operations'
import { type Schema, schemaRef } from './schemas'

/** What the paths of a deployment's batches hold. */
export function batchPaths(name: string): Record<string, Record<string, unknown>> {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }
  return {
    [`/v1/${name}/batches`]: { post: orderOperation(name) },
    [`/v1/${name}/batches/{id}`]: {
      parameters: [id],
      get: operation(name, 'batch', 'How far a batch is, and where its result lies', { '200': batch('The batch.') }),
      delete: operation(name, 'cancelBatch', 'Cancel a batch', { '200': batch('The batch, cancelled unless it was over.') }),
    },
    [`/v1/${name}/batches/{id}/result`]: {
      parameters: [id],
      get: operation(name, 'batchResult', 'The rows with their answers', {
        '200': {
          description: 'A Parquet file.',
          content: { 'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } } },
        },
        '409': refusal('The batch has no result yet, or none at all.'),
      }),
    },
  }
}

const batchSchema: Schema = {
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string' },
    status: { type: 'string' },
    progress: { type: 'object', properties: { done: { type: 'integer' }, total: { type: 'integer' }, doing: { type: 'string' } } },
    error: { type: 'object', properties: { code: { type: 'string' }, message: { type: 'string' } } },
    result: {
      type: 'object',
      properties: {
        url: { type: 'string' },
        version: { type: 'string' },
        rows: { type: 'integer' },
        bytes: { type: 'integer' },
        columns: { type: 'array', items: { type: 'string' } },
        dataset: { type: 'string' },
        dataset_version: { type: 'integer' },
      },
    },
  },
}

function orderOperation(name: string): Operation {
  return {
    ...operation(name, 'orderBatch', 'Answer every row of a data set', {
      '202': {
        description: 'Ordered; `url` says how far it is.',
        content: {
          'application/json': {
            schema: { type: 'object', required: ['id', 'url'], properties: { id: { type: 'string' }, url: { type: 'string' } } },
          },
        },
      },
      '422': refusal('A field does not fit, or the data set lacks a column that the model reads.'),
    }),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['dataset'],
            additionalProperties: false,
            properties: {
              dataset: { type: 'string', description: 'Name or id of a data set.' },
              version: { type: 'integer', description: 'Left out: the newest.' },
              name: { type: 'string', description: 'The data set that the answers become; left out, they are a file only.' },
              columns: { type: 'array', items: { type: 'string' }, description: 'Columns that stand beside the answers; left out: all.' },
              probabilities: { type: 'boolean', description: 'A column for the probability of each class.' },
            },
          },
        },
      },
    },
  }
}

function operation(name: string, id: string, summary: string, responses: Record<string, unknown>): Operation {
  return {
    operationId: `${name}.${id}`,
    tags: [name],
    summary,
    responses: {
      ...responses,
      '401': refusal('The key is missing, unknown, expired or revoked.'),
      '403': refusal('The key may not do this here.'),
      '404': refusal('There is no such deployment, batch or data set.'),
      '503': refusal('The database is away; ask again later.'),
    },
  }
}

const batch = (description: string) => ({ description, content: { 'application/json': { schema: batchSchema } } })
const refusal = (description: string) => ({ description, content: { 'application/json': { schema: schemaRef('Error') } } })
