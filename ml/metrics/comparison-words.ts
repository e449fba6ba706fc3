import type { ComparedPair, ComparisonReport } from '#core/reports/comparison'
import { formatFigure, plural } from '#core/words/format'

type Metrics = ComparisonReport['metrics']
type Tested = Omit<ComparedPair, 'winner' | 'sentence'>

const unlikely = 0.05

/** The model that is better by more than chance, on the first metric; null when none is. */
export function winnerOf({ adjustedP, differences, first, second }: Tested, metrics: Metrics): string | null {
  const gain = gainOf(differences[0]?.value ?? 0, metrics[0])
  return adjustedP < unlikely && gain !== 0 ? (gain > 0 ? second : first) : null
}

/** "B is better by 1.2 points of accuracy (95 % 0.4 to 2.0), p = 0.003", or that nothing tells them apart. */
export function comparisonSentence(pair: Omit<ComparedPair, 'sentence'>, metrics: Metrics, rows: number): string {
  const [metric] = metrics
  const [{ value, interval } = { value: null, interval: null }] = pair.differences
  if (!metric || value === null) return `${pair.first} and ${pair.second} cannot be compared on ${plural(rows, 'row')}.`
  const gain = gainOf(value, metric)
  if (gain === 0) return `${pair.first} and ${pair.second} are equally good on ${plural(rows, 'row')}: ${metric.name} is the same.`
  const [better, worse] = gain > 0 ? [pair.second, pair.first] : [pair.first, pair.second]
  // the interval is of second minus first; here it is told from the side of the better one
  const ends = interval && [interval.low, interval.high].map((end) => gainOf(end, metric) * Math.sign(gain)).sort((a, b) => a - b)
  const range = ends ? ` (95 % ${amount(ends[0] ?? 0, metric)} to ${amount(ends[1] ?? 0, metric)})` : ''
  const by = `by ${amount(Math.abs(gain), metric)} ${metric.isShare ? `points of ${metric.name}` : metric.name}${range}, ${pWords(pair.adjustedP)}`
  return pair.winner === null
    ? `${better} is ahead of ${worse} ${by}: that may be chance on ${plural(rows, 'row')}.`
    : `${better} is better than ${worse} ${by}.`
}

/** "p = 0.003" or "p < 0.001" */
export function pWords(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`
}

/** The difference, above 0 when the second model is better. */
function gainOf(difference: number, metric: Metrics[number] | undefined): number {
  return metric?.better === 'lower' ? -difference : difference
}

function amount(value: number, { isShare }: Metrics[number]): string {
  const words = isShare ? (Math.abs(value) * 100).toFixed(1) : formatFigure(Math.abs(value))
  return value < 0 && Number(words) !== 0 ? `−${words}` : words
}
