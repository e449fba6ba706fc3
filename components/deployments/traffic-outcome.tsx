import { formatNumber, formatShare, formatValue } from '#core/words/format'

/** What came of a replay: how many were answered and how fast, and with which answers. */
export function TrafficOutcome({ result }: { result: Record<string, unknown> }) {
  const number = (name: string) => (typeof result[name] === 'number' ? result[name] : 0)
  const labels = Object.entries(typeof result.labels === 'object' && result.labels !== null ? result.labels : {})
    .map(([label, count]) => ({ label, count: Number(count) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 6)
  return (
    <>
      <p>
        {formatNumber(number('answered'))} of {formatNumber(number('sent'))} answered in {number('seconds').toFixed(1)} s,{' '}
        {formatNumber(number('perSecond'))} a second{number('failed') > 0 ? `; ${formatNumber(number('failed'))} refused` : ''}.
        {typeof result.problem === 'string' ? ` First refusal: ${result.problem}` : ''}
      </p>
      {hasNumbers(result.values) ? (
        <p className="sm t2">
          Values {formatValue(result.values.lowest)} to {formatValue(result.values.highest)}, mean {formatValue(result.values.mean)}.
        </p>
      ) : null}
      <ul className="row flex-wrap sm t2">
        {labels.map(({ label, count }) => (
          <li key={label} className="badge">
            {label} {formatShare(count / Math.max(1, number('answered')))}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What a replay against a regressor says of the numbers that came back. */
function hasNumbers(values: unknown): values is { mean: number; lowest: number; highest: number } {
  return typeof values === 'object' && values !== null && ['mean', 'lowest', 'highest'].every((name) => name in values)
}
