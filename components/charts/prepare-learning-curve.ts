import type { LearningCurveReport } from '#core/reports/learning-curve'
import { formatCompact, formatFigure, formatNumber, formatShare, plural } from '#core/words/format'
import type { LinesInput } from './prepare-lines.ts'

export type PreparedLearningCurve = {
  lines: LinesInput
  /** For those who want the figures: "0.902 ± 0.011". */
  rows: { share: string; rows: string; training: string; test: string; apart: string }[]
}

const lines = { training: 'var(--series-2)', test: 'var(--series-1)' }

/** Decides both lines of a learning curve with one standard deviation around each; the axis begins where the bands do. */
export function prepareLearningCurve({ points, metric }: LearningCurveReport): PreparedLearningCurve {
  const x = points.map(({ rows }) => rows)
  const bandOf = (of: 'training' | 'test') => ({
    name: `${of}, one deviation`,
    colour: lines[of],
    low: points.map(({ [of]: { mean, std } }) => mean - std),
    high: points.map(({ [of]: { mean, std } }) => mean + std),
  })
  const bands = [bandOf('training'), bandOf('test')]
  const all = bands.flatMap(({ low, high }) => [...low, ...high])
  return {
    lines: {
      x,
      xKind: 'number',
      series: (['training', 'test'] as const).map((of) => ({
        name: of,
        colour: lines[of],
        values: points.map(({ [of]: { mean } }) => mean),
      })),
      bands,
      yFrom: Math.min(...all),
      yTo: Math.max(...all),
      format: formatFigure,
      formatTick: metric.isShare ? (value) => value.toFixed(2) : formatCompact,
      formatX: formatCompact,
      sayX: (rows) => plural(rows, 'training row'),
    },
    rows: points.map(({ share, rows, training, test }) => ({
      share: formatShare(share, Number.isInteger(Math.round(share * 1e6) / 1e4) ? 0 : 1),
      rows: formatNumber(rows),
      training: withDeviation(training),
      test: withDeviation(test),
      apart: formatFigure(Math.abs(training.mean - test.mean)),
    })),
  }
}

const withDeviation = ({ mean, std }: { mean: number; std: number }) => `${formatFigure(mean)} ± ${formatFigure(std)}`
