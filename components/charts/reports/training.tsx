'use client'

import { Card } from '#components/ui/card'
import type { TrainingReport } from '#core/reports/report'
import { formatDuration, formatNumber, formatScore, formatShare, formatValue, plural } from '#core/words/format'
import { Baselines } from '../baselines'
import { Calibration } from '../calibration'
import { FigureTile } from '../figure-tile'
import { classColour } from '../frame.ts'
import { Lines } from '../lines'
import { Notes } from '../notes'
import { StrongestTerms } from '../strongest-terms'

/** How a model was trained: size, loss, calibration or errors, what speaks for each answer, and whether the file gives the same answers. */
export function TrainingView({ report }: { report: TrainingReport }) {
  return (
    <div className="col gap-3">
      <Notes title="Warnings" notes={report.warnings} />
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
        {report.outOfFold ? null : (
          <Card title="Classes" note={`${plural(report.rows, 'row')}, ${plural(report.classes.length, 'class', 'classes')}`}>
            <ClassSizes classes={report.classes} />
          </Card>
        )}
        <Reliability report={report} />
      </div>
      {report.strongest.length > 0 ? (
        <Card title="Strongest features" note={report.outOfFold ? 'by weight' : 'by weight, per class'}>
          <StrongestTerms strongest={report.strongest} />
        </Card>
      ) : null}
      <Notes title="Notes" notes={report.notes} />
    </div>
  )
}

function Figures({ report }: { report: TrainingReport }) {
  const { parity, outOfFold } = report
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile
        label="Rows"
        value={formatNumber(report.rows)}
        {...(outOfFold ? {} : { sub: plural(report.classes.length, 'class', 'classes') })}
      />
      <FigureTile label="Features" value={formatNumber(report.terms)} />
      {report.seconds === undefined ? null : <FigureTile label="Trained in" value={formatDuration(report.seconds * 1000)} />}
      {outOfFold ? <Errors outOfFold={outOfFold} /> : <Quality report={report} />}
      {outOfFold ? null : <CalibrationError report={report} />}
      <FigureTile
        label="Same in both runtimes"
        value={parity ? Math.max(parity.native, parity.web).toExponential(0) : '–'}
        sub={parity ? `largest difference on ${plural(parity.rows, 'row')}` : 'not compared'}
      />
    </div>
  )
}

function Quality({ report: { quality, threshold } }: { report: TrainingReport }) {
  if (!quality) return null
  return (
    <>
      <FigureTile
        label="Accuracy"
        value={(quality.accuracy * 100).toFixed(1)}
        unit="%"
        sub={<Baselines baselines={quality.baselines} read={({ accuracy }) => formatShare(accuracy)} />}
      />
      <FigureTile
        label="Macro F1"
        value={formatScore(quality.macroF1)}
        sub={<Baselines baselines={quality.baselines} read={({ macroF1 }) => formatScore(macroF1)} />}
      />
      {threshold ? (
        <FigureTile
          label={`Threshold of ${threshold.positive}`}
          value={threshold.threshold > 1 ? 'never' : threshold.threshold.toFixed(3)}
          sub={`${goals[threshold.by]} ${formatScore(threshold.chosen)}, at one half ${formatScore(threshold.half)}`}
        />
      ) : null}
    </>
  )
}

const goals = { f1: 'F1', balanced: 'balanced accuracy', cost: 'cost of a row' } as const

function CalibrationError({ report: { calibration, temperature, eceBefore, eceAfter } }: { report: TrainingReport }) {
  const method = temperature === null ? calibration : `temperature ${temperature.toFixed(2)}`
  const isCalibrated = eceAfter !== null
  const error = eceAfter ?? eceBefore
  return (
    <FigureTile
      label="Calibration error"
      value={error === null ? '–' : (error * 100).toFixed(1)}
      {...(error === null ? {} : { unit: '%' })}
      sub={isCalibrated ? `before ${eceBefore === null ? '–' : formatShare(eceBefore)}, ${method}` : 'not calibrated'}
    />
  )
}

/** Rows out of fold by how sure the model says to be, with and without calibration. */
function Reliability({ report: { reliability, eceBefore, eceAfter } }: { report: TrainingReport }) {
  if (!reliability) return null
  const before = `before, error ${formatShare(eceBefore ?? 0)}`
  return (
    <Card title={reliability.after ? 'Calibration before and after' : 'Calibration'} note="stated against true share, out of fold">
      {reliability.after ? (
        <Calibration
          bins={reliability.after}
          before={{ bins: reliability.before, note: before }}
          note={`after, error ${formatShare(eceAfter ?? 0)}`}
        />
      ) : (
        <Calibration bins={reliability.before} note={`error ${formatShare(eceBefore ?? 0)}`} />
      )}
    </Card>
  )
}

function Errors({ outOfFold: { r2, mae, rmse, interval, baselines } }: { outOfFold: NonNullable<TrainingReport['outOfFold']> }) {
  return (
    <>
      <FigureTile label="R2" value={formatScore(r2)} sub="out of fold" />
      <FigureTile
        label="MAE"
        value={formatValue(mae)}
        sub={
          <>
            RMSE {formatValue(rmse)}, out of fold
            <Baselines baselines={baselines} read={({ mae }) => formatValue(mae)} />
          </>
        }
      />
      <FigureTile
        label="Prediction interval"
        value={formatShare(interval.share, 0)}
        sub={`of right answers lie ${formatValue(interval.low)} to ${formatValue(interval.high)} off the prediction`}
      />
    </>
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
