import { answersNumber } from '#core/model/signature'
import type { ModelValue } from '#core/ports/kinds'
import type { DependenceReport } from '#core/reports/dependence'
import type { ExplanationReport } from '#core/reports/explanation'
import { reportFigures } from '#core/reports/figures'
import type { ImportanceReport } from '#core/reports/importance'
import { partialDependence } from '#ml/metrics/partial-dependence'
import { permutationImportance } from '#ml/metrics/permutation-importance'
import type { TrainColumns } from '#ml/pipeline/data'
import { pickColumn, pickRows } from '#ml/pipeline/pick-rows'
import { listWords } from '../column-checks'
import { defineRun, type StageContext } from '../define'
import { readTruth } from '../evaluate/read-truth'
import { readModelInputs } from '../predict-rows'
import { type AskModel, withModel } from './ask-model'
import { explainExamples } from './explain-examples'
import { measureFor } from './measure-answers'
import { explain } from './spec'

/** Classes that a curve is drawn for; more lines cannot be told apart. */
const mostClasses = 12
/** Share of the progress bar that the importance takes. */
const importanceShare = 70

export const run = defineRun(explain, async ({ params, inputs: { model, table }, ctx }) => {
  const truth = await readTruth(model, table, ctx)
  const measure = measureFor(params.metric, model, truth)
  const taken = Math.min(params.rows, measure.rows.length)
  // places in measure.rows at even steps
  const at = Int32Array.from({ length: taken }, (_, i) => Math.floor((i * measure.rows.length) / taken))
  const rows = at.map((i) => measure.rows[i] ?? 0)
  const columns = pickRows(await readModelInputs(model, table, ctx), rows)
  const { importance, dependence, scores } = await withModel(model, ctx, async (ask) => {
    const importance = await permutationImportance({
      columns,
      measure: async (changed) => measure.of(await ask(changed), at),
      metric: measure.name,
      direction: measure.direction,
      repeats: params.repeats,
      seed: ctx.seed,
      signal: ctx.signal,
      onShare: (share) => ctx.progress(Math.round(share * importanceShare), 100, 'Shuffling columns'),
    })
    const dependence = await curvesOf(model, columns, importance, params.curves, ask, ctx)
    return { importance, dependence, scores: await ask(columns) }
  })
  const explained = await explainExamples(model, { rows, columns, truth: pickColumn(truth, rows), scores }, params, ctx)
  ctx.progress(100, 100)
  const notes = [...notesOn(model, importance), ...(explained.note === null ? [] : [explained.note])]
  const report: ExplanationReport = {
    report: 'explanation',
    importance,
    dependence,
    ...(explained.rows.length > 0 && {
      rows: explained.rows,
      target: model.signature.target,
      table: table.artifact,
      ...(model.recipe && { trained: model.recipe.table }),
    }),
    notes,
  }
  const [top] = importance.columns
  if (top && top.mean > 0) ctx.figure({ value: top.name.slice(0, 24), label: 'matters most' })
  return { report: await ctx.report('Explanation', report, reportFigures(report)) }
})

/** What the model answers by the values of its most important columns; free text has no values to go through. */
async function curvesOf(
  model: ModelValue,
  columns: TrainColumns,
  importance: ImportanceReport,
  curves: number,
  ask: AskModel,
  ctx: StageContext,
): Promise<DependenceReport[]> {
  const { signature, classes } = model
  const outputs = answersNumber(signature) ? [signature.target] : classes.slice(0, mostClasses)
  const width = Math.max(1, classes.length)
  const texts = signature.inputs.filter(({ type }) => type === 'text').map(({ name }) => name)
  const chosen = importance.columns.filter(({ name }) => !texts.includes(name) && hasValues(columns, name)).slice(0, curves)
  const found: DependenceReport[] = []
  for (const [i, { name }] of chosen.entries()) {
    ctx.progress(importanceShare + Math.round(((90 - importanceShare) * i) / chosen.length), 100, `Changing "${name}"`)
    const predict = async (changed: TrainColumns) => {
      const scores = await ask(changed)
      if (width === outputs.length) return scores
      return Float32Array.from(
        { length: (scores.length / width) * outputs.length },
        (_, cell) => scores[Math.floor(cell / outputs.length) * width + (cell % outputs.length)] ?? 0,
      )
    }
    found.push(await partialDependence({ columns, column: name, outputs, predict, signal: ctx.signal }))
  }
  return found
}

function notesOn({ signature, classes }: ModelValue, { columns }: ImportanceReport): string[] {
  const texts = signature.inputs.filter(({ type }) => type === 'text').map(({ name }) => name)
  const idle = columns.filter(({ mean, std }) => mean <= 0 && std === 0).map(({ name }) => name)
  return [
    ...(texts.length > 0
      ? [`${listWords(texts)} ${texts.length === 1 ? 'is' : 'are'} free text, which has no values to draw a curve by.`]
      : []),
    ...(idle.length > 0 ? [`Shuffling ${listWords(idle)} changed nothing.`] : []),
    ...(classes.length > mostClasses ? [`Curves show the first ${mostClasses} of ${classes.length} classes.`] : []),
    'Columns that say the same hide each other: each alone seems to matter little.',
  ]
}

function hasValues(columns: TrainColumns, name: string): boolean {
  const column = columns[name]
  if (!column) return false
  return column.type === 'number' ? column.values.some(Number.isFinite) : column.values.some((value) => value !== '')
}
