import type { ModelValue } from '#core/ports/kinds'
import type { ExplainedRow } from '#core/reports/row-reasons'
import { answersOf } from '#ml/calibration/threshold'
import { explainRow } from '#ml/explain/explain-row'
import { similarRows } from '#ml/explain/similar-rows'
import { textsOf } from '#ml/features/raw-columns'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import type { LearnedPipeline } from '#ml/pipeline/fitted-pipeline'
import { pickRows } from '#ml/pipeline/pick-rows'
import { readLearnedState } from '#ml/state/learned-state'
import type { StageContext } from '../define'
import type { exampleChoices } from './spec'

const mostSimilar = 5
const mostChars = 120

type Asked = {
  /** Places of the asked rows in the table. */
  rows: Int32Array
  /** Of the asked rows: what the model reads, the right answers, and what it says, [rows][outputs]. */
  columns: TrainColumns
  truth: TrainColumn
  scores: Float32Array
}

/** Explains some of the asked rows one by one; `note` says why there are none. */
export async function explainExamples(
  model: ModelValue,
  asked: Asked,
  { examples, chosen }: { examples: number; chosen: (typeof exampleChoices)[number] },
  ctx: StageContext,
): Promise<{ rows: ExplainedRow[]; note: string | null }> {
  if (examples === 0) return { rows: [], note: null }
  if (model.state === undefined)
    return {
      rows: [],
      note: 'No single rows: this model keeps nothing to explain them by. It was trained by an earlier version or came as a file, or what it learned was too large to keep.',
    }
  const learned = readLearnedState(await ctx.artifacts.read(model.state))
  const answers = answersTo(learned, asked)
  const picked = chosen === 'even steps' ? evenSteps(asked.rows.length, examples) : worstOf(answers, examples)
  const rows: ExplainedRow[] = []
  for (const [i, place] of picked.entries()) {
    ctx.progress(90 + Math.round((10 * i) / picked.length), 100, 'Explaining single rows')
    const columns = pickRows(asked.columns, [place])
    const explained = await explainRow(learned, columns, { seed: ctx.seed, signal: ctx.signal })
    const answer = answers[place]
    if (!answer) continue
    rows.push({
      row: asked.rows[place] ?? 0,
      truth: answer.truth,
      answer: answer.answer,
      other: answer.other,
      confidence: answer.confidence,
      reasons: explained.of(answer.output),
      values: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, (textsOf(column)[0] ?? '').slice(0, mostChars)])),
      similar: similarRows(learned, columns, mostSimilar),
    })
  }
  return { rows, note: picked.length === 0 ? 'None of the rows that were asked about was answered wrongly, so none is explained.' : null }
}

type Answer = Pick<ExplainedRow, 'truth' | 'answer' | 'other' | 'confidence'> & {
  /** Index of the answered class; 0 of a number. */
  output: number
  /** How wrong it is; 0 is right. */
  fault: number
}

function answersTo(learned: LearnedPipeline, { truth, scores }: Asked): Answer[] {
  if (learned.task === 'regression') {
    const right = truth.type === 'number' ? truth.values : new Float64Array()
    return Array.from(scores, (value, row) => ({
      truth: right[row] ?? Number.NaN,
      answer: value,
      other: null,
      confidence: null,
      output: 0,
      fault: Math.abs(value - (right[row] ?? value)),
    }))
  }
  const { classes, threshold } = learned
  const right = textsOf(truth)
  return Array.from(answersOf(scores, classes.length, threshold), (output, row) => {
    const confidence = scores[row * classes.length + output] ?? 0
    const answer = classes[output] ?? ''
    return {
      truth: right[row] ?? '',
      answer,
      other: classes.length === 2 ? (classes[1 - output] ?? null) : null,
      confidence,
      output,
      fault: answer === right[row] ? 0 : confidence,
    }
  })
}

function worstOf(answers: readonly Answer[], count: number): number[] {
  const fault = (place: number) => answers[place]?.fault ?? 0
  return Array.from(answers.keys())
    .filter((place) => fault(place) > 0)
    .sort((a, b) => fault(b) - fault(a) || a - b)
    .slice(0, count)
}

function evenSteps(rows: number, count: number): number[] {
  const taken = Math.min(rows, count)
  return Array.from({ length: taken }, (_, i) => Math.floor((i * rows) / taken))
}
