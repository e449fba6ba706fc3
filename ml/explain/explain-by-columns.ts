import { calibratedProbabilities } from '#ml/calibration/calibration'
import { transformFeatures } from '#ml/features/fit-plan'
import { columnOf } from '#ml/features/raw-columns'
import { readValues } from '#ml/features/read-values'
import { scoreRows } from '#ml/models/score-rows'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import type { LearnedPipeline } from '#ml/pipeline/fitted-pipeline'
import { columnShapley } from './column-shapley'
import type { Explained } from './explain-row'
import { sortByAmount } from './row-features'
import { typicalColumn } from './typical-column'

const rowsPerBatch = 256

/**
 * Shapley values of raw columns for what the pipeline answers (calibrated probabilities, or the number), for models of any
 * shape. An unknown column has the value of the typical training row (baseline Shapley; Sundararajan & Najmi 2020, "The many
 * Shapley values for model explanation"), so a column that has it in this row as well adds exactly nothing.
 */
export async function explainByColumns(
  learned: LearnedPipeline,
  columns: TrainColumns,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<Explained> {
  const names = learned.signature.inputs.map(({ name }) => name)
  const outputs = learned.task === 'classification' ? learned.classes.length : 1
  const typical = Object.fromEntries(
    names.map((name) => [name, typicalColumn(columnOf(columns, name), learned.background.typical[name] ?? '', 1)]),
  )
  const players = names.filter((name) => !isSame(columnOf(columns, name), columnOf(typical, name)))
  const ask = async (subsets: Uint8Array): Promise<Float32Array> => {
    const rows = players.length === 0 ? 1 : subsets.length / players.length
    const answers = new Float32Array(rows * outputs)
    for (let from = 0; from < rows; from += rowsPerBatch) {
      const count = Math.min(rowsPerBatch, rows - from)
      const made = Object.fromEntries(
        names.map((name) => {
          const player = players.indexOf(name)
          const isKnown = (row: number) => player < 0 || subsets[(from + row) * players.length + player] === 1
          return [name, mixed(columnOf(columns, name), columnOf(typical, name), count, isKnown)]
        }),
      )
      answers.set(await answersOf(learned, made, count, signal), from * outputs)
    }
    return answers
  }
  const { base, full, parts, errors } = await columnShapley(players.length, outputs, { ask, seed })
  return {
    of: (output) => ({
      unit: learned.task === 'classification' ? 'probability' : 'value',
      base: base[output] ?? 0,
      score: full[output] ?? 0,
      columns: sortByAmount(
        names.map((column) => {
          const player = players.indexOf(column)
          const at = player * outputs + output
          return {
            column,
            contribution: player < 0 ? 0 : (parts[at] ?? 0),
            standardError: errors && player >= 0 ? (errors[at] ?? 0) : null,
            features: [],
            others: { count: 0, contribution: 0 },
          }
        }),
      ),
      against: 'typical row',
      isBeforeCalibration: false,
    }),
    terms: () => null,
  }
}

async function answersOf(learned: LearnedPipeline, columns: TrainColumns, count: number, signal?: AbortSignal): Promise<Float32Array> {
  const { features, model } = learned
  const rows = Int32Array.from({ length: count }, (_, row) => row)
  const scores = await scoreRows(model, transformFeatures(features, readValues(features.blocks, columns), rows), signal)
  return learned.task === 'classification' ? calibratedProbabilities(scores, learned.calibration, learned.classes.length) : scores
}

function isSame(one: TrainColumn, other: TrainColumn): boolean {
  return Object.is(one.values[0], other.values[0])
}

function mixed(own: TrainColumn, typical: TrainColumn, count: number, isKnown: (row: number) => boolean): TrainColumn {
  if (own.type === 'number') {
    const [known = Number.NaN, unknown = Number.NaN] = [own.values[0], typical.type === 'number' ? typical.values[0] : Number.NaN]
    return { type: 'number', values: Float64Array.from({ length: count }, (_, row) => (isKnown(row) ? known : unknown)) }
  }
  const from = Array.from({ length: count }, (_, row) => (isKnown(row) || typical.type !== 'text' ? own : typical))
  return {
    type: 'text',
    values: from.map(({ values }) => values[0] ?? ''),
    missing: Uint8Array.from(from, ({ missing }) => missing[0] ?? 0),
  }
}
