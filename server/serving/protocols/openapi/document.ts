import { codeVersion } from '#server/version'
import type { ServedModel } from '../../models/served-model'
import type { LiveRelease } from '../../release-board'
import { batchPaths } from './batch-operations'
import {
  describeOperation,
  edgeOperation,
  gatewayPaths,
  inferOperation,
  invocationsOperation,
  metadataOperation,
  outcomesOperation,
  predictOperation,
} from './operations'
import { predictionSchema, recordSchema, type Schema, schemaRef, sharedSchemas } from './schemas'

type Paths = Record<string, Record<string, unknown>>

/** An OpenAPI 3.1 document, as far as it is made here. */
export type OpenApiDocument = {
  openapi: '3.1.0'
  info: Record<string, unknown>
  servers: { url: string }[]
  security: Record<string, string[]>[]
  tags: { name: string; description: string }[]
  paths: Paths
  components: { securitySchemes: Record<string, unknown>; schemas: Record<string, Schema> }
}

/** The OpenAPI 3.1 document of these deployments, made from the signatures of their champions. */
export function openApiDocument(releases: readonly LiveRelease[], { url }: { url: string }): OpenApiDocument {
  const served = releases.flatMap((release) => (release.models[0] ? [{ release, model: release.models[0] }] : []))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Predictions',
      version: codeVersion,
      summary: 'What the deployments of this gateway read and answer.',
      description: 'Send the key as `Authorization: Bearer sl_…`. Every answer has an id, by which outcomes are reported later.',
    },
    servers: [{ url }],
    security: [{ key: [] }],
    tags: served.map(({ release, model }) => ({
      name: release.deployment,
      description: `${model.model}, release ${release.number}: ${release.models.map(({ version }) => `v${version}`).join(' and ')}.`,
    })),
    paths: { ...gatewayPaths, ...Object.assign({}, ...served.map(({ release, model }) => pathsOf(release.deployment, model))) },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key made under Settings, Keys.' } },
      schemas: { ...sharedSchemas, ...Object.assign({}, ...served.map(({ release, model }) => schemasOf(release.deployment, model))) },
    },
  }
}

function schemasOf(name: string, model: ServedModel): Record<string, Schema> {
  const about = { model: { type: 'string' }, deployment: { const: name }, release: { type: 'integer' } }
  const prediction = schemaRef(`${name}.Prediction`)
  return {
    [`${name}.Record`]: recordSchema(model.signature),
    [`${name}.Prediction`]: predictionSchema(model),
    [`${name}.Answer`]: { allOf: [prediction, { type: 'object', required: Object.keys(about), properties: about }] },
    [`${name}.Answers`]: {
      type: 'object',
      required: ['predictions', 'version', ...Object.keys(about)],
      properties: { predictions: { type: 'array', items: prediction }, version: { type: 'string' }, ...about },
    },
  }
}

function pathsOf(name: string, model: ServedModel): Paths {
  const v2 = `/v2/models/${name}`
  const version = { name: 'version', in: 'path', required: true, schema: { type: 'string' }, example: String(model.version) }
  return {
    [`/v1/${name}`]: { get: describeOperation(name) },
    [`/v1/${name}/predict`]: { post: predictOperation(name, model) },
    [`/v1/${name}/outcomes`]: { post: outcomesOperation(name, model) },
    [`/v1/${name}/edge-predictions`]: { post: edgeOperation(name, model) },
    [`/v1/${name}/invocations`]: { post: invocationsOperation(name, model) },
    ...batchPaths(name),
    [v2]: { get: metadataOperation(name) },
    [`${v2}/ready`]: { get: { ...metadataOperation(name, 'Ready'), summary: 'Whether the model is ready (v2)' } },
    [`${v2}/infer`]: { post: inferOperation(name, model) },
    [`${v2}/versions/{version}`]: { parameters: [version], get: metadataOperation(name, 'Version') },
    [`${v2}/versions/{version}/infer`]: { parameters: [version], post: inferOperation(name, model, 'Version') },
  }
}
