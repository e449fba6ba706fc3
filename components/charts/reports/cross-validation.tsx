import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { CrossValidationReport } from '#core/reports/report'
import { formatScore, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { Interval } from '../interval'
import { ClassificationView } from './classification'

/** How the folds agree, then all out-of-fold predictions together. */
export function CrossValidationView({ report }: { report: CrossValidationReport }) {
  const figures = [
    { name: 'Accuracy', spread: report.accuracy },
    { name: 'Macro F1', spread: report.macroF1 },
    { name: 'Log loss', spread: report.logLoss },
    ...(report.rocAuc ? [{ name: 'ROC-AUC', spread: report.rocAuc }] : []),
  ]
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        {figures.map(({ name, spread }) => {
          const [low, high] = [Math.min(...spread.folds), Math.max(...spread.folds)]
          const room = Math.max(0.005, (high - low) * 0.5)
          return (
            <FigureTile
              key={name}
              label={name}
              value={formatScore(spread.mean)}
              unit={`± ${formatScore(spread.std)}`}
              below={<Interval value={spread.mean} bounds={{ low, high }} from={low - room} to={high + room} />}
              sub={`folds ${formatScore(low)} to ${formatScore(high)}`}
            />
          )
        })}
      </div>
      <Card title="Folds" note={`${plural(report.rows, 'row')} in ${report.folds} folds`} bodyClassName="p-0">
        <ScrollX label="Folds">
          <table>
            <thead>
              <tr>
                <th scope="col">fold</th>
                {figures.map((figure) => (
                  <th key={figure.name} scope="col" className="num">
                    {figure.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {report.accuracy.folds.map((_, fold) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a fold is its number
                <tr key={fold}>
                  <td>{fold + 1}</td>
                  {figures.map((figure) => (
                    <td key={figure.name} className="num">
                      {formatScore(figure.spread.folds[fold] ?? Number.NaN)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </Card>
      <h3 className="semi mt-2">All out-of-fold predictions together</h3>
      <ClassificationView report={report.pooled} />
    </div>
  )
}
