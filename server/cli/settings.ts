import { statSync } from 'node:fs'
import path from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { Graph } from '#core/graph/graph'
import type { ModelFileRef } from '#core/model/model-file-ref'
import { findSpec } from '#stages/specs'
import { UsageError } from './usage-error'

/** One `--set`: `key=value`. */
export type Setting = { key: string; value: string }

/** Collects `--set` options. */
export function collectSetting(text: string, before: Setting[]): Setting[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it as stage.param=value.')
  return [...before, { key: text.slice(0, at).trim(), value: text.slice(at + 1) }]
}

/** What turns a path into a data set of the house, and says which version it became. */
export type Upload = (file: string) => Promise<{ dataSet: string; version: number }>

/** What keeps a model file from disk, and says what it is called from now on. */
export type UploadModel = (file: string) => Promise<ModelFileRef>

/** The params that `--set stage.param=value` sets for a run, read as the types that the stages want. A path given to a data set or model file param is uploaded. */
export async function readOverrides(
  graph: Graph,
  settings: readonly Setting[],
  upload: Upload,
  uploadModel: UploadModel,
): Promise<Record<string, unknown>> {
  const overrides: Record<string, unknown> = {}
  for (const { key, value } of settings) {
    const [id = '', param = '', ...more] = key.split('.')
    if (param === '' || more.length > 0) throw new UsageError(`--set ${key}=…: write it as stage.param=value.`)
    const stage = graph.stages.find((each) => each.id === id)
    if (!stage) {
      throw new UsageError(
        `--set ${key}=…: there is no stage "${id}"; there are ${graph.stages.map((each) => each.id).join(', ') || 'none'}.`,
      )
    }
    const spec = findSpec(stage.type)
    const schema = spec?.params.shape[param]
    if (!spec || !schema) {
      const known = Object.keys(spec?.params.shape ?? {}).join(', ')
      throw new UsageError(`--set ${key}=…: ${id} (${spec?.title ?? stage.type}) has no param "${param}"; it has ${known || 'none'}.`)
    }
    const control = schema.meta()?.control
    if (control === 'data-set') overrides[key] = await readDataSet(key, value, upload)
    else if (control === 'onnx-file' && (isFile(value) || /[/\\]|\.onnx$/i.test(value))) {
      if (!isFile(value)) throw new UsageError(`--set ${key}=${value}: there is no such file.`)
      overrides[key] = await uploadModel(path.resolve(value))
    } else overrides[key] = readValue(key, value, schema)
  }
  return overrides
}

type Schema = { safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: { issues: { message: string }[] } } }

/** The text as it is where the param takes a text, else as JSON: 0.9, true, ["a","b"]. */
function readValue(key: string, text: string, schema: Schema): unknown {
  const asText = schema.safeParse(text)
  if (asText.success) return text
  const json = parseJson(text)
  const asJson = json === undefined ? asText : schema.safeParse(json)
  if (asJson.success) return json
  throw new UsageError(`--set ${key}=${text}: ${asJson.error.issues[0]?.message ?? 'not valid'}.`)
}

async function readDataSet(key: string, value: string, upload: Upload): Promise<{ dataSet: string; version?: number }> {
  if (isFile(value)) return upload(path.resolve(value))
  if (/[/\\]|\.(csv|tsv|jsonl?|ndjson|parquet|txt)(\.gz)?$/i.test(value))
    throw new UsageError(`--set ${key}=${value}: there is no such file.`)
  const json = parseJson(value)
  if (json !== null && typeof json === 'object' && 'dataSet' in json && typeof json.dataSet === 'string') {
    return { dataSet: json.dataSet, ...('version' in json && typeof json.version === 'number' && { version: json.version }) }
  }
  const [, dataSet = value, version] = /^(.*)@(\d+)$/.exec(value) ?? []
  return { dataSet, ...(version !== undefined && { version: Number(version) }) }
}

/** An answer to a template's question; a path to a file becomes `id@version`. */
export async function readAnswer({ key, value }: Setting, kind: 'data-set' | 'column' | 'text', upload: Upload): Promise<string> {
  if (kind !== 'data-set' || value === '') return value
  const { dataSet, version } = await readDataSet(key, value, upload)
  return version === undefined ? dataSet : `${dataSet}@${version}`
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: then it is a text.
    return undefined
  }
}
