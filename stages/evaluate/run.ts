import { AppError } from '#core/errors/app-error'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import { textsOf } from '#ml/features/raw-columns'
import { classificationReport } from '#ml/metrics/classification-report'
import { listWords } from '../column-checks'
import { defineRun, type StageContext } from '../define'
import { type Answers, predictTable } from '../predict-rows'
import { evaluate } from './spec'

export const run = defineRun(evaluate, async ({ params, inputs: { model, table }, ctx }) => {
  const truth = await readTruth(model, table, ctx)
  const answers = await predictTable(model, table, ctx)
  const shown = await readShown(params.show, model, table, ctx)

  const labelled = truth.flatMap((label, row) => (label === '' ? [] : [row]))
  if (labelled.length < truth.length) {
    ctx.log(
      'warn',
      `${truth.length - labelled.length} of ${truth.length} rows have no answer in "${model.recipe.target}" and were not counted.`,
    )
  }
  const { classes, probabilities } = withUnknownClasses(answers, model.classes, truth, labelled, ctx)
  const index = new Map(classes.map((name, k) => [name, k]))
  const report = classificationReport({
    classes,
    truth: Int32Array.from(labelled, (row) => index.get(truth[row] ?? '') ?? 0),
    probabilities,
    texts: (i) => shown[labelled[i] ?? 0] ?? '',
  })
  // Row numbers of the whole table, so that a mistake can be found in it.
  const mistakes = report.mistakes.map((mistake) => ({ ...mistake, row: labelled[mistake.row] ?? 0 }))
  const predictions = await ctx.tables.replace(table.artifact, [
    { column: { name: 'predicted', type: 'text' }, values: answers.labels },
    { column: { name: 'confidence', type: 'number' }, values: answers.confidence },
    {
      column: { name: 'correct', type: 'boolean' },
      values: truth.map((label, row) => (label === '' ? null : label === answers.labels[row])),
    },
  ])
  ctx.figure({ value: report.macroF1.toFixed(3), label: 'macro F1' })
  return {
    report: await ctx.report('Evaluation', { ...report, mistakes }, reportFigures(report)),
    predictions: { kind: 'table', ...predictions, plan: table.plan },
  }
})

async function readTruth({ recipe: { target } }: ModelValue, table: TableValue, ctx: StageContext): Promise<readonly string[]> {
  if (table.rows === 0) {
    throw new AppError('bad_input', {
      detail: 'There are no rows to evaluate on; look at what the stages before keep.',
      hint: { port: 'table' },
    })
  }
  if (!table.columns.some(({ name }) => name === target)) {
    throw new AppError('bad_input', {
      detail: `To be evaluated, the rows need the right answers in the column "${target}", which this table lacks; it has ${listWords(table.columns.map((c) => c.name))}. To answer rows without it, use Batch predict.`,
      hint: { port: 'table', column: target, fix: { label: 'Use Batch predict', kind: 'insert-stage', value: 'batch-predict' } },
    })
  }
  const { [target]: answers } = await ctx.tables.read(table.artifact, [target])
  const truth = answers ? textsOf(answers) : []
  if (truth.every((label) => label === '')) {
    throw new AppError('bad_input', { detail: `No row has an answer in the column "${target}".`, hint: { port: 'table', column: target } })
  }
  return truth
}

/** The text that helps to see why a row was misjudged. */
async function readShown(show: string, { signature }: ModelValue, table: TableValue, ctx: StageContext): Promise<readonly string[]> {
  const name = show || signature.inputs.find(({ type }) => type === 'text')?.name || signature.inputs[0]?.name
  if (!name || !table.columns.some((column) => column.name === name)) return []
  const { [name]: column } = await ctx.tables.read(table.artifact, [name])
  return column ? textsOf(column) : []
}

/** Answers that the model cannot give count as mistakes: their classes join with probability 0, and the log says so. */
function withUnknownClasses(
  answers: Answers,
  known: readonly string[],
  truth: readonly string[],
  labelled: readonly number[],
  ctx: StageContext,
): { classes: string[]; probabilities: Float32Array } {
  const unknown = [...new Set(truth)].filter((label) => label !== '' && !known.includes(label)).sort()
  if (unknown.length > 0) {
    const rows = truth.filter((label) => unknown.includes(label)).length
    ctx.log('warn', `${rows} rows belong to classes that the model never saw (${listWords(unknown, 5)}); they count as mistakes.`)
  }
  const classes = [...known, ...unknown]
  const probabilities = new Float32Array(labelled.length * classes.length)
  labelled.forEach((row, i) => {
    probabilities.set(answers.probabilities.subarray(row * known.length, (row + 1) * known.length), i * classes.length)
  })
  return { classes, probabilities }
}
