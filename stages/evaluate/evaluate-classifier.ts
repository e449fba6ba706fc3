import type { ModelValue, TableValue } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import { plural } from '#core/words/format'
import { textsOf } from '#ml/features/raw-columns'
import { classBaselines } from '#ml/metrics/baselines'
import { classCurves } from '#ml/metrics/class-curves'
import { classificationReport } from '#ml/metrics/classification-report'
import { countPerClass } from '#ml/pipeline/labels'
import { listWords } from '../column-checks'
import type { ColumnData, StageContext, StageRun } from '../define'
import type { Answers } from '../predict-rows'
import { refuseNoAnswers, sayUncounted } from './read-truth'
import type { evaluate } from './spec'

type ClassAnswers = Extract<Answers, { task: 'classification' }>
type Evaluated = Awaited<ReturnType<StageRun<typeof evaluate>>>

/** Accuracy, F1, curves, calibration and mistakes of a classifier's answers. `shown`: a text per row, for the mistakes. */
export async function evaluateClassifier(
  {
    model,
    table,
    truth: column,
    answers,
    notes,
  }: { model: ModelValue; table: TableValue; truth: ColumnData; answers: ClassAnswers; notes: readonly string[] },
  shown: readonly string[],
  ctx: StageContext,
): Promise<Evaluated> {
  const { target } = model.signature
  const truth = textsOf(column)
  const labelled = truth.flatMap((label, row) => (label === '' ? [] : [row]))
  refuseNoAnswers(labelled.length, target)
  sayUncounted(truth.length - labelled.length, truth.length, target, ctx)
  const { classes, probabilities, note } = withUnknownClasses(answers, model.classes, truth, labelled, ctx)
  const index = new Map(classes.map((name, k) => [name, k]))
  const right = Int32Array.from(labelled, (row) => index.get(truth[row] ?? '') ?? 0)
  const judged = classificationReport({
    classes,
    truth: right,
    probabilities,
    predicted: Int32Array.from(labelled, (row) => index.get(answers.labels[row] ?? '') ?? 0),
    texts: (i) => shown[labelled[i] ?? 0] ?? '',
  })
  const report = {
    ...judged,
    ...classCurves({ classes, truth: right, probabilities }),
    ...(answers.trained.some((rows) => rows > 0) && { baselines: classBaselines(answers.trained, countPerClass(right, classes.length)) }),
    ...(answers.threshold && { threshold: answers.threshold }),
    ...(notes.length + note.length > 0 && { notes: [...note, ...notes] }),
  }
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
    report: await ctx.report('Evaluation', { ...report, mistakes, table: predictions.artifact }, reportFigures(report)),
    predictions: { kind: 'table', ...predictions, plan: table.plan },
  }
}

/** Answers that the model cannot give count as mistakes: their classes join with probability 0, and the log says so. */
function withUnknownClasses(
  answers: ClassAnswers,
  known: readonly string[],
  truth: readonly string[],
  labelled: readonly number[],
  ctx: StageContext,
): { classes: string[]; probabilities: Float32Array; note: string[] } {
  const unknown = [...new Set(truth)].filter((label) => label !== '' && !known.includes(label)).sort()
  const note: string[] = []
  if (unknown.length > 0) {
    const strange = new Set(unknown)
    const rows = truth.filter((label) => strange.has(label)).length
    note.push(
      `${plural(rows, 'row belongs', 'rows belong')} to classes that the model never saw (${listWords(unknown, 5)}); they count as mistakes. Train on rows of these classes, or take them out.`,
    )
    for (const sentence of note) ctx.log('warn', sentence)
  }
  const classes = [...known, ...unknown]
  const probabilities = new Float32Array(labelled.length * classes.length)
  labelled.forEach((row, i) => {
    probabilities.set(answers.probabilities.subarray(row * known.length, (row + 1) * known.length), i * classes.length)
  })
  return { classes, probabilities, note }
}
