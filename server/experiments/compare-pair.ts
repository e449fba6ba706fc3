import { z } from 'zod'
import { experimentLabels } from '#core/experiments/labels'
import type { Experiment, PairVerdict } from '#core/experiments/views'
import { parsePortRef } from '#core/graph/graph'
import { answersNumber, signatureSchema } from '#core/model/signature'
import { recipeSchema } from '#core/ports/kinds'
import { getRunPlan } from '#db/queries/runs'
import { listStageRuns } from '#db/queries/stage-runs'
import { compareModels } from '#ml/metrics/compare-models'
import type { House } from '#server/house'
import { getExperiments } from './compare-experiments'
import { compareByFolds, type Folds, readFolds } from './compare-folds'
import { describeExperiments } from './describe-experiments'
import { readPairedAnswers } from './read-answers'

type Of = Pick<House, 'db' | 'artifacts'>

/** Where a model was judged: the table of rows, and what it answered on them. */
type Evaluation = { table: string; predictions: string }
/** What both answered on one table of rows. */
type PairOfTables = { first: string; second: string }
type Judged = {
  label: string
  target: string
  task: 'classification' | 'regression'
  evaluations: Evaluation[]
  folds: Folds[]
}

/** Intervals come from draws; the same pair gives the same ones. */
const seed = 42

/**
 * Whether the second of two experiments is better than the first: row by row where both were evaluated on the same table,
 * else fold by fold where both were cross-validated on the same folds, else why nothing can be said.
 */
export async function comparePair(of: Of, ids: readonly [string, string]): Promise<PairVerdict> {
  const rows = await getExperiments(of.db, ids)
  const experiments = await describeExperiments(of.db, rows)
  const labels = experimentLabels(experiments)
  const judged = await Promise.all(experiments.map((experiment, i) => readJudged(of, experiment, rows[i]?.model, labels[i] ?? '')))
  const [first, second] = judged
  if (!first || !second) {
    const missing = labels.filter((_, i) => !judged[i])
    return nothing(`${missing.join(' and ')} made no model, so there is nothing to compare.`)
  }
  if (first.target !== second.target || first.task !== second.task) {
    return nothing(`${first.label} predicts "${first.target}" and ${second.label} "${second.target}": they answer different questions.`)
  }
  const shared = sharedRows(first, second)
  if (shared) return compareRows(of, first, second, shared)
  const byFolds = compareByFolds(first, second)
  return byFolds ?? nothing(whyNot(first, second))
}

/** The newest comparisons of this process, by what they hang on: answers never change, and drawing rows again takes seconds. */
const compared = new Map<string, Promise<PairVerdict>>()
const mostKept = 100

function compareRows(of: Of, first: Judged, second: Judged, tables: PairOfTables): Promise<PairVerdict> {
  const key = JSON.stringify([tables, first.target, first.label, second.label])
  const known = compared.get(key)
  if (known) return known
  const verdict = drawRows(of, first, second, tables)
  compared.set(key, verdict)
  verdict.catch(() => compared.delete(key))
  const [oldest] = compared.keys()
  if (compared.size > mostKept && oldest !== undefined) compared.delete(oldest)
  return verdict
}

async function drawRows({ artifacts }: Of, first: Judged, second: Judged, tables: PairOfTables): Promise<PairVerdict> {
  const { target, task } = first
  const answers = await readPairedAnswers(artifacts, { ...tables, target, task })
  if (answers.truth.length === 0) return nothing(`No row has an answer in "${target}".`)
  const names = [first.label, second.label] as const
  const report = await compareModels(
    answers.task === 'regression'
      ? { task: answers.task, truth: answers.truth, models: named(names, [answers.first, answers.second]), target, seed }
      : { task: answers.task, truth: answers.truth, models: named(names, [answers.first, answers.second]), target, seed },
  )
  return { by: 'rows', report, rowsThere: answers.rowsThere }
}

function named<T>([a, b]: readonly [string, string], [first, second]: readonly [T, T]): { name: string; predicted: T }[] {
  return [
    { name: a, predicted: first },
    { name: b, predicted: second },
  ]
}

const storedModelSchema = z.object({ recipe: recipeSchema.nullable(), signature: signatureSchema })

/** Null when the experiment has no model yet. */
async function readJudged({ db, artifacts }: Of, experiment: Experiment, model: unknown, label: string): Promise<Judged | null> {
  const stored = storedModelSchema.safeParse(model)
  if (!stored.success) return null
  const { recipe, signature } = stored.data
  const [{ graph }, stages] = await Promise.all([getRunPlan(db, experiment.run.id), listStageRuns(db, { runId: experiment.run.id })])
  const outputsOf = (id: string) => stages.find(({ stageId }) => stageId === id)?.outputs ?? {}
  const readers = graph.edges.filter(({ from }) => from === `${experiment.stage}.model`).map(({ to }) => parsePortRef(to).stage)
  const evaluations = [...new Set(readers)].flatMap((reader): Evaluation[] => {
    const { predictions } = outputsOf(reader)
    const feed = graph.edges.find(({ to }) => to === `${reader}.table`)?.from
    if (!feed || predictions?.kind !== 'table') return []
    const { stage, port } = parsePortRef(feed)
    const table = outputsOf(stage)[port]
    return table?.kind === 'table' ? [{ table: table.artifact, predictions: predictions.artifact }] : []
  })
  const values = readers.flatMap((reader) => Object.values(outputsOf(reader)))
  return {
    label,
    target: signature.target,
    task: answersNumber(signature) ? 'regression' : 'classification',
    evaluations,
    // an imported model cannot be trained again on folds
    folds: recipe ? await readFolds(artifacts, values, { table: recipe.table, seed: graph.seed }) : [],
  }
}

function sharedRows(first: Judged, second: Judged): PairOfTables | null {
  for (const one of first.evaluations) {
    const other = second.evaluations.find(({ table }) => table === one.table)
    if (other) return { first: one.predictions, second: other.predictions }
  }
  return null
}

function whyNot(first: Judged, second: Judged): string {
  const isJudged = ({ evaluations, folds }: Judged) => evaluations.length + folds.length > 0
  const open = [first, second].filter((one) => !isJudged(one)).map(({ label }) => label)
  if (open.length > 0) {
    return `Nothing was measured of the model of ${open.join(' and of that of ')}. Connect Evaluate or Cross-validate to it and run again.`
  }
  if (first.evaluations.length > 0 && second.evaluations.length > 0) {
    return 'They were evaluated on different rows, so a difference may come from the rows. Connect both to an Evaluate stage with the same table, or cross-validate both.'
  }
  return 'They were not judged alike: evaluate both on the same table, or cross-validate both on the same training rows with the same seed and number of folds.'
}

function nothing(reason: string): PairVerdict {
  return { by: 'nothing', reason }
}
