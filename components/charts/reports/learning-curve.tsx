'use client'

import { Card } from '#components/ui/card'
import type { LearningCurveReport } from '#core/reports/learning-curve'
import { plural } from '#core/words/format'
import { Legend } from '../axes'
import { Lines } from '../lines'
import { prepareLearningCurve } from '../prepare-learning-curve.ts'

/** Whether more rows would help, in a sentence; then both lines with their spread, and the figures. */
export function LearningCurveView({ report }: { report: LearningCurveReport }) {
  const { lines, rows } = prepareLearningCurve(report)
  const { metric, folds } = report
  return (
    <div className="col gap-3">
      <p className="semi">{report.verdict.sentence}</p>
      <Card
        wraps
        title={`${metric.name} by training rows`}
        note={`mean of ${folds} folds, band: one standard deviation, ${metric.better} is better`}
        end={<Legend items={lines.series.map(({ name, colour }) => ({ name, colour }))} />}
      >
        <Lines
          height={240}
          label={`${metric.name} on training and on test rows, from ${rows[0]?.rows ?? 0} to ${rows.at(-1)?.rows ?? 0} training rows`}
          input={lines}
          empty="No size was measured: give at least two shares of the training rows."
        />
      </Card>
      <Card title="Sizes" note={`${plural(report.rows, 'row')} in ${folds} folds, answers in ${report.target}`} scrolls="Sizes">
        <table>
          <thead>
            <tr>
              <th scope="col">share</th>
              <th scope="col" className="num">
                training rows
              </th>
              <th scope="col" className="num">
                training
              </th>
              <th scope="col" className="num">
                test
              </th>
              <th scope="col" className="num">
                apart
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.share}>
                <td>{row.share}</td>
                <td className="num">{row.rows}</td>
                <td className="num t2">{row.training}</td>
                <td className="num semi">{row.test}</td>
                <td className="num t2">{row.apart}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </div>
  )
}
