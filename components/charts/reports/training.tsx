'use client'

import { Card } from '#components/ui/card'
import type { TrainingReport } from '#core/reports/report'
import { formatDuration, formatNumber, formatScore, formatShare, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { classColour } from '../frame.ts'
import { Lines } from '../lines'
import { StrongestTerms } from '../strongest-terms'

/** How a model was trained: size, loss, calibration, what speaks for each class, and whether the file gives the same answers. */
export function TrainingView({ report }: { report: TrainingReport }) {
  return (
    <div className="col gap-3">
      <Figures report={report} />
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))' }}>
        <Card title="Loss" note="per pass over the rows">
          <Lines
            label={`Training loss over ${plural(report.loss.length, 'pass', 'passes')}`}
            input={{
              x: report.loss.map((one) => one.epoch),
              xKind: 'number',
              series: [{ name: 'loss', colour: 'var(--series-1)', values: report.loss.map((one) => one.loss) }],
              format: formatScore,
              formatTick: (value) => String(Math.round(value * 1000) / 1000),
            }}
            empty="This model is fitted in one pass, so it has no loss curve."
          />
        </Card>
        <Card title="Classes" note={`${plural(report.rows, 'row')}, ${plural(report.classes.length, 'class', 'classes')}`}>
          <ClassSizes classes={report.classes} />
        </Card>
      </div>
      {report.strongest.length > 0 ? (
        <Card title="Strongest features" note="by weight, per class">
          <StrongestTerms strongest={report.strongest} />
        </Card>
      ) : null}
      {report.notes.length > 0 ? (
        <Card title="Notes">
          <ul className="col gap-1">
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Card>
      ) : null}
    </div>
  )
}

function Figures({ report }: { report: TrainingReport }) {
  const { parity, temperature, eceBefore, eceAfter } = report
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile label="Rows" value={formatNumber(report.rows)} sub={plural(report.classes.length, 'class', 'classes')} />
      <FigureTile label="Features" value={formatNumber(report.terms)} />
      {report.seconds === undefined ? null : <FigureTile label="Trained in" value={formatDuration(report.seconds * 1000)} />}
      <FigureTile
        label="Calibration error"
        value={eceAfter === null ? '–' : (eceAfter * 100).toFixed(1)}
        {...(eceAfter === null ? {} : { unit: '%' })}
        sub={
          temperature === null
            ? 'not calibrated'
            : `before ${eceBefore === null ? '–' : formatShare(eceBefore)}, temperature ${temperature.toFixed(2)}`
        }
      />
      <FigureTile
        label="Same in both runtimes"
        value={parity ? Math.max(parity.native, parity.web).toExponential(0) : '–'}
        sub={parity ? `largest difference on ${plural(parity.rows, 'row')}` : 'not compared'}
      />
    </div>
  )
}

function ClassSizes({ classes }: { classes: TrainingReport['classes'] }) {
  const most = Math.max(1, ...classes.map((one) => one.rows))
  return (
    <ul style={{ maxHeight: 160, overflowY: 'auto' }}>
      {classes.map((one, i) => (
        <li key={one.name} className="row sm" style={{ height: 24 }}>
          <i className="dot" style={{ background: classColour(i) }} />
          <span className="trunc grow">{one.name}</span>
          <span className="meter" style={{ ['--c' as string]: classColour(i), width: 96 }} aria-hidden>
            <i style={{ width: `${(one.rows / most) * 100}%` }} />
          </span>
          <span className="num" style={{ width: 56 }}>
            {formatNumber(one.rows)}
          </span>
        </li>
      ))}
    </ul>
  )
}
