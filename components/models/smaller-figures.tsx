import { Card } from '#components/ui/card'
import { Link } from '#components/ui/link'
import { pointsLost, type SmallerMeasured } from '#core/model/smaller'
import { formatBytes, formatFigure, formatNumber, formatShare, plural } from '#core/words/format'
import type { Version } from './version-types.ts'

const rowsOf: Record<SmallerMeasured['on'], string> = {
  evaluation: 'of the evaluation',
  sample: 'of the sample',
  training: 'that it was trained on',
}

/** What int8 costs and gains, before and after. */
export function SmallerFigures({ measured }: { measured: SmallerMeasured }) {
  const { bytes, rowsPerSecond, score, changed, largestDifference, rows, on } = measured
  const lost = pointsLost(measured)
  return (
    <div className="col gap-2!">
      <table>
        <thead>
          <tr>
            <th>
              <span className="sr-only">figure</span>
            </th>
            <th className="num">as it is</th>
            <th className="num">int8</th>
          </tr>
        </thead>
        <tbody>
          <Line name="file" before={formatBytes(bytes.before)} after={formatBytes(bytes.after)} />
          <Line
            name="rows a second"
            before={formatNumber(Math.round(rowsPerSecond.before))}
            after={formatNumber(Math.round(rowsPerSecond.after))}
          />
          {score ? <Line name={score.name} before={formatFigure(score.before)} after={formatFigure(score.after)} /> : null}
        </tbody>
      </table>
      <p className="sm t2">
        {changed === null ? '' : `${formatShare(changed, 2)} of the answers change. `}
        {changed === null ? 'A number' : 'A probability'} differs by at most {formatFigure(largestDifference)}
        {changed === null ? ' of its size' : ''}. Measured on {plural(rows, 'row')} {rowsOf[on]}
        {lost === null ? ', which have no right answers' : ''}.
      </p>
    </div>
  )
}

function Line({ name, before, after }: { name: string; before: string; after: string }) {
  return (
    <tr>
      <th scope="row" className="font-normal text-[color:var(--text-2)]">
        {name}
      </th>
      <td className="num">{before}</td>
      <td className="num">{after}</td>
    </tr>
  )
}

/** Of a version in int8: what that cost, and the version that it came from. */
export function SmallerCard({ version: { model, smaller, smallerOf } }: { version: Version }) {
  if (!smaller) return null
  return (
    <Card title="Weights in int8" note="measured before it was registered">
      <SmallerFigures measured={smaller} />
      {smallerOf === null ? null : (
        <p className="sm mt-2">
          The int8 form of{' '}
          <Link className="underline" href={`/models/${model}/${smallerOf}`}>
            v{smallerOf}
          </Link>
        </p>
      )}
    </Card>
  )
}
