import type { NumberStep, TextStatistic } from '#core/ports/plan'
import type { TrainColumns } from '#ml/pipeline/data'
import { type MomentPart, momentsOf, partOfMoments } from './moments'
import { columnOf, modelText, numbersOf, wordsOf } from './raw-columns'
import { measureTexts, type TextMeasures } from './text-measures'

/** Where a number feature comes from: a column of numbers, or something read off a date or a text. */
export type NumberSource =
  | { kind: 'column'; column: string }
  | { kind: 'moment'; column: string; part: MomentPart }
  | { kind: 'statistic'; column: string; statistic: TextStatistic }

/** How a number is fitted. */
export type NumberForm = Pick<NumberStep, 'impute' | 'constant' | 'indicator' | 'scale' | 'bins'> & {
  /** Counts down to a moment, in days since 1970, or to the latest of the training rows. */
  until?: number | 'latest'
}

/** A column of numbers as a step wants to fit it. */
export type RawNumber = { kind: 'number'; name: string; source: NumberSource; step: NumberForm; values: Float32Array }

/** Reads numbers off the columns; what several sources have in common is done once. */
export function numberReader(columns: TrainColumns): (source: NumberSource) => Float32Array {
  const moments = new Map<string, Float64Array>()
  const measures = new Map<string, TextMeasures>()
  return (source) => {
    const column = columnOf(columns, source.column)
    switch (source.kind) {
      case 'column':
        return numbersOf(column, source.column)
      case 'moment': {
        const known = moments.get(source.column) ?? momentsOf(column)
        moments.set(source.column, known)
        return partOfMoments(known, source.part)
      }
      case 'statistic': {
        const known = measures.get(source.column) ?? measureTexts(wordsOf(column, source.column).map(modelText))
        measures.set(source.column, known)
        return known[source.statistic]
      }
    }
  }
}
