import { AppError } from '#core/errors/app-error'
import { answersNumber } from '#core/model/signature'
import type { ModelValue } from '#core/ports/kinds'
import { textsOf } from '#ml/features/raw-columns'
import { classificationReport } from '#ml/metrics/classification-report'
import { numberErrors } from '#ml/metrics/number-errors'
import type { TrainColumn } from '#ml/pipeline/data'
import { listWords } from '../column-checks'
import type { explainMetrics } from './spec'

type Metric = (typeof explainMetrics)[number]

export type Measure = {
  name: string
  direction: 'maximise' | 'minimise'
  /** Rows whose right answer is known, as places in the table. */
  rows: Int32Array
  /** The metric of the model's answers to the rows `at`, which are places in `rows`. */
  of(scores: Float32Array, at: Int32Array): number
}

const ofClasses = ['accuracy', 'macro F1', 'log-loss'] as const
const ofNumbers = ['R2', 'MAE', 'RMSE'] as const

/** The metric that answers are held by; an AppError when it does not fit the model, or no row has a right answer that it knows. */
export function measureFor(metric: Metric, model: ModelValue, truth: TrainColumn): Measure {
  const isNumber = answersNumber(model.signature)
  const fitting: readonly string[] = isNumber ? ofNumbers : ofClasses
  if (metric !== 'automatic' && !fitting.includes(metric)) {
    throw new AppError('bad_params', {
      detail: `The model answers ${isNumber ? 'a number' : 'classes'}, which ${metric} does not measure; choose ${listWords(fitting)}.`,
      hint: { param: 'metric' },
    })
  }
  const measure = isNumber ? numberMeasure(metric, truth) : classMeasure(metric, model.classes, textsOf(truth))
  if (measure.rows.length < 2) {
    throw new AppError('bad_input', {
      detail: `Fewer than two rows have a right answer in "${model.signature.target}" that the model can give; there is nothing to measure with.`,
      hint: { port: 'table', column: model.signature.target },
    })
  }
  return measure
}

function classMeasure(metric: Metric, classes: readonly string[], labels: readonly string[]): Measure {
  const index = new Map(classes.map((name, k) => [name, k]))
  const rows = Int32Array.from(labels.keys()).filter((row) => index.has(labels[row] ?? ''))
  const truth = Int32Array.from(rows, (row) => index.get(labels[row] ?? '') ?? 0)
  const name = metric === 'automatic' ? 'accuracy' : metric
  return {
    name,
    direction: name === 'log-loss' ? 'minimise' : 'maximise',
    rows,
    of(scores, at) {
      const report = classificationReport({ classes, truth: Int32Array.from(at, (i) => truth[i] ?? 0), probabilities: scores })
      return name === 'log-loss' ? report.logLoss : name === 'macro F1' ? report.macroF1 : report.accuracy
    },
  }
}

function numberMeasure(metric: Metric, column: TrainColumn): Measure {
  const values = column.type === 'number' ? column.values : new Float64Array()
  const rows = Int32Array.from(values.keys()).filter((row) => Number.isFinite(values[row]))
  const name = metric === 'automatic' ? 'R2' : metric
  return {
    name,
    direction: name === 'R2' ? 'maximise' : 'minimise',
    rows,
    of(scores, at) {
      const { r2, mae, rmse } = numberErrors(
        Float64Array.from(at, (i) => values[rows[i] ?? 0] ?? 0),
        scores,
      )
      return name === 'MAE' ? mae : name === 'RMSE' ? rmse : (r2 ?? 0)
    },
  }
}
