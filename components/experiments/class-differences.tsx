import { Card } from '#components/ui/card'
import type { ComparedExperiment } from '#core/experiments/views'
import { formatNumber, formatScore } from '#core/words/format'
import { type ClassDifference, classDifferences } from './prepare-compared.ts'

const mostClasses = 50
const barWidth = 120

/** F1 and recall of two experiments per class, the largest difference first; nothing for models that answer numbers. */
export function ClassDifferences({
  first,
  second,
  names,
}: {
  first: ComparedExperiment
  second: ComparedExperiment
  names: readonly [string, string]
}) {
  const rows = classDifferences(first, second)
  if (!rows || rows.length === 0) return null
  const most = Math.max(0.000_001, ...rows.map(({ f1 }) => Math.abs(f1 ?? 0)))
  const source = first.classes?.source === 'evaluation' ? 'evaluated' : 'cross-validated'
  return (
    <Card
      title="Per class"
      note={`${source}, the largest difference of F1 first${rows.length > mostClasses ? `, ${mostClasses} of ${formatNumber(rows.length)} classes` : ''}`}
      scrolls="Difference per class"
    >
      <table>
        <thead>
          <tr>
            <th scope="col">class</th>
            <Head>rows</Head>
            <Head>F1, {names[0]}</Head>
            <Head>F1, {names[1]}</Head>
            <Head>change</Head>
            <th scope="col">
              <span className="sr">change of F1 as a bar</span>
            </th>
            <Head>recall, {names[0]}</Head>
            <Head>recall, {names[1]}</Head>
            <Head>change</Head>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostClasses).map((row) => (
            <tr key={row.name}>
              <td>{row.name}</td>
              <td className="num t2">{formatNumber(row.rows)}</td>
              <Pair row={row} figure="f1" />
              <td>
                <Bar change={row.f1} most={most} />
              </td>
              <Pair row={row} figure="recall" />
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function Head({ children }: { children: React.ReactNode }) {
  return (
    <th scope="col" className="num">
      {children}
    </th>
  )
}

function Pair({ row, figure }: { row: ClassDifference; figure: 'f1' | 'recall' }) {
  const change = row[figure]
  return (
    <>
      <td className="num t2">{row.first ? formatScore(row.first[figure]) : '–'}</td>
      <td className="num">{row.second ? formatScore(row.second[figure]) : '–'}</td>
      <td className={`num ${look(change)}`}>{signed(change)}</td>
    </>
  )
}

/** From the middle to the right where the second is better, to the left where it is worse. */
function Bar({ change, most }: { change: number | null; most: number }) {
  const half = barWidth / 2
  const length = change === null ? 0 : (Math.abs(change) / most) * (half - 2)
  return (
    <svg width={barWidth} height={12} viewBox={`0 0 ${barWidth} 12`} aria-hidden className="block">
      <path className="axis" d={`M${half + 0.5} 0V12`} />
      {change ? (
        <rect
          x={change > 0 ? half + 1 : half - length}
          y={2}
          width={length}
          height={8}
          fill={change > 0 ? 'var(--st-done)' : 'var(--st-failed)'}
        />
      ) : null}
    </svg>
  )
}

function look(change: number | null): string {
  return change === null || Math.abs(change) < 0.0005 ? 't3' : change > 0 ? 'good' : 'bad'
}

function signed(change: number | null): string {
  if (change === null) return '–'
  if (Math.abs(change) < 0.0005) return 'same'
  return `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(3)}`
}
