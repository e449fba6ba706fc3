import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { ImportReport } from '#core/reports/import'
import { formatNumber, formatShare, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { classColour } from '../frame.ts'
import { Notes } from '../notes'
import { type PreparedImport, prepareImport } from '../prepare-import.ts'

/** How a model from an .onnx file was taken over: the file as it was read, how it is fed, and what it answered to the sample. */
export function ImportView({ report }: { report: ImportReport }) {
  const shown = prepareImport(report)
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        <FigureTile
          label="Answers"
          value={report.answer.classes.length > 0 ? plural(report.answer.classes.length, 'class', 'classes') : 'a number'}
          sub={report.answer.target}
        />
        <FigureTile label="Rows answered" value={formatNumber(report.rows)} />
        <FigureTile
          label="Same in both runtimes"
          value={report.parity.runtimes.toExponential(0)}
          sub={`largest difference on ${plural(report.parity.rows, 'row')}`}
        />
        <FigureTile label="Same when asked alone" value={report.parity.alone.toExponential(0)} sub="largest difference" />
      </div>
      <Notes title="Notes" notes={report.notes} />
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 250px), 1fr))' }}>
        <Card title="The file" note={report.file}>
          <dl className="col gap-1">
            {shown.facts.map(({ name, value }) => (
              <div key={name} className="row items-baseline">
                <dt className="t2 w-24 flex-none">{name}</dt>
                <dd className="min-w-0">{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <Card title="What it reads" note={plural(report.inputs.length, 'input')} bodyClassName="p-0">
          <ScrollX label="What it reads">
            <table>
              <thead>
                <tr>
                  <th scope="col">input of the file</th>
                  <th scope="col">columns</th>
                </tr>
              </thead>
              <tbody>
                {report.inputs.map(({ name, tensor, columns }) => (
                  <tr key={name}>
                    <td className="mono">{tensor}</td>
                    <td className="whitespace-normal!">{columns.join(', ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        </Card>
        {report.predicted.length > 0 ? (
          <Card title="What it answered" note={plural(report.rows, 'row')}>
            <Answered predicted={report.predicted} rows={report.rows} />
          </Card>
        ) : null}
        <Card title="Operators" note={plural(shown.operators.length, 'kind')}>
          <ul style={{ maxHeight: 180, overflowY: 'auto' }}>
            {shown.operators.map(({ name, count }) => (
              <li key={name} className="row sm">
                <span className="mono trunc grow">{name}</span>
                <span className="num">{formatNumber(count)}</span>
              </li>
            ))}
          </ul>
        </Card>
      </div>
      <Samples report={report} columns={shown.columns} />
    </div>
  )
}

function Answered({ predicted, rows }: { predicted: ImportReport['predicted']; rows: number }) {
  return (
    <ul style={{ maxHeight: 180, overflowY: 'auto' }}>
      {predicted.map((one, i) => (
        <li key={one.name} className="row sm" style={{ height: 24 }}>
          <i className="dot" style={{ background: classColour(i) }} />
          <span className="trunc grow">{one.name}</span>
          <span className="meter" style={{ ['--c' as string]: classColour(i), width: 96 }} aria-hidden>
            <i style={{ width: `${(one.rows / Math.max(1, rows)) * 100}%` }} />
          </span>
          <span className="num" style={{ width: 56 }}>
            {formatNumber(one.rows)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Samples({ report: { samples, answer }, columns }: { report: ImportReport; columns: PreparedImport['columns'] }) {
  const hasRight = samples.some(({ right }) => right !== null)
  return (
    <Card title="Some rows and their answers" note={plural(samples.length, 'row')} bodyClassName="p-0">
      <ScrollX label="Some rows and their answers">
        <table>
          <thead>
            <tr>
              <th scope="col" className="num">
                row
              </th>
              {columns.map(({ name, isNumber }) => (
                <th key={name} scope="col" className={isNumber ? 'num' : undefined}>
                  {name}
                </th>
              ))}
              <th scope="col">{answer.target}</th>
              {answer.form === 'number' ? null : (
                <th scope="col" className="num">
                  confidence
                </th>
              )}
              {hasRight ? <th scope="col">right answer</th> : null}
            </tr>
          </thead>
          <tbody>
            {samples.map((sample, at) => (
              <tr key={sample.row}>
                <td className="num mono">{formatNumber(sample.row)}</td>
                {columns.map(({ name, isNumber, cells }, i) => (
                  <td key={name} className={isNumber ? 'num' : 'trunc'} style={{ maxWidth: 240 }} title={sample.inputs[i]}>
                    {cells[at]}
                  </td>
                ))}
                <td className="med">{sample.answer}</td>
                {sample.confidence === null ? null : <td className="num">{formatShare(sample.confidence)}</td>}
                {hasRight ? <td>{sample.right}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </Card>
  )
}
