import { AppError } from '#core/errors/app-error'
import type { PredictRow } from '#core/model/signature'
import type { RowReasons, SimilarRows } from '#core/reports/row-reasons'
import { type Explained, explainRow } from '#ml/explain/explain-row'
import { rowColumns } from '#ml/explain/row-columns'
import { similarRows } from '#ml/explain/similar-rows'
import { type TextPart, wordContributions } from '#ml/explain/word-contributions'
import { prepareRow, secretsOf } from '#ml/features/prepare'
import type { LearnedPipeline } from '#ml/pipeline/fitted-pipeline'
import { readLearnedState } from '#ml/state/learned-state'

const mostSimilar = 5
/** Every explanation of a row draws the same orders of columns. */
const seed = 1

/** Why a model answered one row as it did. */
export type Why = {
  /** What may be explained, by index: classes, or the target of a regressor. */
  outputs: string[]
  /** What the row holds in each column after the prepare steps, as text. */
  values: Record<string, string>
  similar: SimilarRows
  reasonsFor(output: number): RowReasons
  /** The texts of the row with what each word added; only of columns whose words the model weighs. */
  wordsFor(output: number): { column: string; parts: TextPart[] }[]
}

/** A state may have 200 MB, so only the last one is kept. */
let loaded: { state: string; pipeline: Promise<LearnedPipeline> } | null = null

/** Explains one row in this browser, from what the model learned. The first call loads that; it stays in memory until another model is asked. */
export async function explainInBrowser(state: string, row: PredictRow): Promise<Why> {
  return explainTrial(await loadState(state), row)
}

/** The same, from a learned pipeline. Throws AppError for a row that the model cannot read, and where a secret would be needed. */
export async function explainTrial(learned: LearnedPipeline, row: PredictRow): Promise<Why> {
  const [secret] = secretsOf(learned.plan.prepare)
  if (secret !== undefined) {
    throw new AppError('forbidden', {
      detail: `This model hashes personal data with the secret ${secret}, which never leaves the server: its answers cannot be explained in a browser.`,
    })
  }
  const prepared = prepareRow(learned.plan.prepare, row)
  const columns = rowColumns(learned.signature, prepared)
  const explained = await explainRow(learned, columns, { seed })
  const values = Object.fromEntries(learned.signature.inputs.map(({ name }) => [name, String(prepared[name] ?? '')]))
  return {
    outputs: learned.task === 'classification' ? learned.classes : [learned.signature.target],
    values,
    similar: similarRows(learned, columns, mostSimilar),
    reasonsFor: (output) => explained.of(output),
    wordsFor: (output) => wordsOf(learned, values, explained, output),
  }
}

function wordsOf({ signature, features }: LearnedPipeline, values: Record<string, string>, explained: Explained, output: number) {
  const terms = explained.terms(output)
  if (!terms) return []
  return signature.inputs
    .filter(({ type, format }) => type === 'text' && !format)
    .map(({ name }) => ({ column: name, parts: wordContributions(features, name, values[name] ?? '', terms) }))
    .filter(({ parts }) => parts.some(({ contribution }) => contribution !== null))
}

function loadState(state: string): Promise<LearnedPipeline> {
  if (loaded?.state === state) return loaded.pipeline
  const pipeline = fetchState(state).catch((error: unknown) => {
    if (loaded?.state === state) loaded = null
    throw error
  })
  loaded = { state, pipeline }
  return pipeline
}

async function fetchState(state: string): Promise<LearnedPipeline> {
  const response = await fetch(`/api/artifacts/${state}`)
  if (!response.ok)
    throw new AppError('unavailable', { detail: `What the model learned did not load (status ${response.status}). Reload the page.` })
  return readLearnedState(new Uint8Array(await response.arrayBuffer()))
}
