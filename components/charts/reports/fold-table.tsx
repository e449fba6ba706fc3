import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import { plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { Interval } from '../interval'

export type FoldFigure = { name: string; spread: { mean: number; std: number; folds: number[] }; format(value: number): string }

/** How the folds agree: each figure's mean with its range, then its value in each fold. */
export function FoldTable({ figures, rows, folds }: { figures: readonly FoldFigure[]; rows: number; folds: number }) {
  return (
    <>
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        {figures.map(({ name, spread, format }) => {
          const [low, high] = [Math.min(...spread.folds), Math.max(...spread.folds)]
          const room = Math.max(Math.abs(spread.mean) * 0.005, (high - low) * 0.5)
          return (
            <FigureTile
              key={name}
              label={name}
              value={format(spread.mean)}
              unit={`± ${format(spread.std)}`}
              below={<Interval value={spread.mean} bounds={{ low, high }} from={low - room} to={high + room} />}
              sub={`folds ${format(low)} to ${format(high)}`}
            />
          )
        })}
      </div>
      <Card title="Folds" note={`${plural(rows, 'row')} in ${folds} folds`} bodyClassName="p-0">
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
              {Array.from({ length: folds }, (_, fold) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a fold is its number
                <tr key={fold}>
                  <td>{fold + 1}</td>
                  {figures.map((figure) => (
                    <td key={figure.name} className="num">
                      {figure.format(figure.spread.folds[fold] ?? Number.NaN)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </Card>
    </>
  )
}
