'use client'

import { formatNumber, formatShare } from '#core/words/format'
import { Measured } from './measured'
import { type ConfusionCell, prepareConfusion } from './prepare-confusion.ts'

export type Confusion = { truth: string; predicted: string }

/** Confusion matrix, true classes as rows. Choosing a cell tells the caller, for example to filter mistakes. */
export function ConfusionMatrix({
  classes,
  confusion,
  chosen,
  onChoose,
  words = { down: 'true', across: 'predicted' },
}: {
  classes: readonly string[]
  confusion: readonly (readonly number[])[]
  chosen?: Confusion | null
  onChoose?: (cell: Confusion | null) => void
  /** What rows and columns are. */
  words?: { down: string; across: string }
}) {
  const total = confusion.flat().reduce((sum, rows) => sum + rows, 0)
  return (
    <Measured height={Math.min(280, 34 + classes.length * 38)}>
      {(width) => {
        const chart = prepareConfusion(classes, confusion, Math.min(width, 620))
        const isChosen = (cell: ConfusionCell) => chosen?.truth === cell.truth && chosen.predicted === cell.predicted
        return (
          <>
            <svg
              className="chart"
              width={chart.width}
              height={chart.height}
              viewBox={`0 0 ${chart.width} ${chart.height}`}
              role="img"
              aria-label={`Confusion matrix of ${formatNumber(total)} rows and ${classes.length} classes; the table after it has the figures.`}
            >
              <text x={chart.left} y={10}>
                {words.across}
              </text>
              <text x={0} y={26}>
                {words.down}
              </text>
              <text className="end" x={chart.width} y={26}>
                rows
              </text>
              {chart.columns.map((column) =>
                chart.isWritten || classes.length <= 40 ? (
                  <text
                    key={column.name}
                    className={chart.isSlanted ? 't2' : 'mid t2'}
                    x={column.x}
                    y={chart.isSlanted ? 68 : 26}
                    transform={chart.isSlanted ? `rotate(-45 ${column.x} 68)` : undefined}
                  >
                    {cut(column.name, chart.isSlanted ? 12 : 18)}
                  </text>
                ) : null,
              )}
              {chart.rows.map((row) =>
                chart.cell.height >= 11 ? (
                  <g key={row.name}>
                    <text className="end t2" x={chart.left - 8} y={row.y + 4}>
                      {cut(row.name, 18)}
                    </text>
                    <text className="end" x={chart.width} y={row.y + 4}>
                      {formatNumber(row.total)}
                    </text>
                  </g>
                ) : null,
              )}
              {chart.cells.map((cell) => (
                // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the list of confusions does the same by keyboard
                <g
                  key={`${cell.truth}\u0000${cell.predicted}`}
                  onClick={onChoose ? () => onChoose(isChosen(cell) ? null : { truth: cell.truth, predicted: cell.predicted }) : undefined}
                  style={onChoose ? { cursor: 'pointer' } : undefined}
                >
                  <title>{`${words.down} ${cell.truth}, ${words.across} ${cell.predicted}: ${formatNumber(cell.rows)} rows, ${formatShare(cell.share)} of the class`}</title>
                  <rect
                    x={cell.x + 1}
                    y={cell.y + 1}
                    width={Math.max(1, chart.cell.width - 2)}
                    height={Math.max(1, chart.cell.height - 2)}
                    rx={chart.cell.height > 12 ? 3 : 1}
                    fill={cell.fill}
                    stroke={isChosen(cell) ? 'var(--text-1)' : undefined}
                    strokeWidth={1.5}
                  />
                  {chart.isWritten ? <CellWords cell={cell} size={chart.cell} /> : null}
                </g>
              ))}
            </svg>
            <ConfusionTable classes={classes} confusion={confusion} />
          </>
        )
      }}
    </Measured>
  )
}

function CellWords({ cell, size }: { cell: ConfusionCell; size: { width: number; height: number } }) {
  const [x, y] = [cell.x + size.width / 2, cell.y + size.height / 2]
  const isTall = size.height >= 34 && cell.isRight
  return (
    <>
      <text className="mid" x={x} y={isTall ? y - 1 : y + 4} style={{ fill: cell.ink, fontWeight: cell.isRight ? 600 : 500 }}>
        {formatNumber(cell.rows)}
      </text>
      {isTall ? (
        <text className="mid" x={x} y={y + 12} style={{ fill: cell.ink }}>
          {formatShare(cell.share, 0)}
        </text>
      ) : null}
    </>
  )
}

/** The same figures for those who do not see the picture; with many classes the list of confusions says more. */
function ConfusionTable({ classes, confusion }: { classes: readonly string[]; confusion: readonly (readonly number[])[] }) {
  if (classes.length > 12) return null
  return (
    <table className="sr">
      <caption>Rows by true class (down) and predicted class (across)</caption>
      <thead>
        <tr>
          <th scope="col">true</th>
          {classes.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {classes.map((name, i) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {classes.map((column, j) => (
              <td key={column}>{confusion[i]?.[j] ?? 0}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function cut(name: string, letters: number): string {
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`
}
