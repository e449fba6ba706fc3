'use client'

import { useState } from 'react'
import { Card } from '#components/ui/card'
import { Segmented } from '#components/ui/segmented'
import type { ClassificationReport } from '#core/reports/report'
import { proportionInterval } from '#core/stats/proportion-interval'
import { formatNumber, formatScore, formatShare, plural } from '#core/words/format'
import { Baselines } from '../baselines'
import { Calibration } from '../calibration'
import { type Confusion, ConfusionMatrix } from '../confusion-matrix'
import { Curves } from '../curves'
import { FigureTile } from '../figure-tile'
import { classColour } from '../frame.ts'
import { Interval } from '../interval'
import { Notes } from '../notes'
import { PerClassTable } from '../per-class-table'
import { allMistakes } from '../prepare-mistakes.ts'
import { DrawTheLine } from './draw-the-line'
import { Mistakes } from './mistakes'

/** Quality of a classifier: figures, confusion, curves, calibration, classes, and the mistakes it was sure of. */
export function ClassificationView({ report }: { report: ClassificationReport }) {
  const [filter, setFilter] = useState(allMistakes)
  const chosen = filter.truth !== '' && filter.predicted !== '' ? filter : null
  const setChosen = (cell: Confusion | null) => setFilter({ ...filter, truth: cell?.truth ?? '', predicted: cell?.predicted ?? '' })
  const [kind, setKind] = useState<'precision-recall' | 'roc'>('precision-recall')
  const curves = report.curves.map((curve) => ({
    name: curve.name,
    colour: classColour(Math.max(0, report.classes.indexOf(curve.name))),
    points: kind === 'roc' ? curve.roc : curve.precisionRecall,
  }))
  return (
    <div className="col gap-3">
      <Notes title="About these rows" notes={report.notes} />
      <Figures report={report} />
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))' }}>
        {report.confusion ? (
          <Card title="Confusion matrix" note="rows; share of the true class below">
            <ConfusionMatrix classes={report.classes} confusion={report.confusion} chosen={chosen} onChoose={setChosen} />
          </Card>
        ) : (
          <Card title="Most frequent confusions" note={`${formatNumber(report.classes.length)} classes are too many for a matrix`}>
            <Confusions report={report} chosen={chosen} onChoose={setChosen} />
          </Card>
        )}
        {curves.length > 0 ? (
          <Card
            title={kind === 'roc' ? 'ROC' : 'Precision and recall'}
            note="points at threshold 0.5"
            end={
              <Segmented<'precision-recall' | 'roc'>
                label="Curve"
                value={kind}
                onChange={setKind}
                options={[
                  { value: 'precision-recall', label: 'P-R' },
                  { value: 'roc', label: 'ROC' },
                ]}
              />
            }
          >
            <Curves curves={curves} kind={kind} />
          </Card>
        ) : null}
        <Card title="Calibration" note="stated against true share">
          <Calibration bins={report.calibration} note={`error ${formatShare(report.ece)}`} />
        </Card>
      </div>
      <Card title="Per class" note="one against the rest" bodyClassName="p-0">
        <PerClassTable report={report} />
      </Card>
      <DrawTheLine thresholds={report.thresholds ?? []} lift={report.lift ?? []} inUse={report.threshold} />
      <Mistakes report={report} filter={filter} onFilter={setFilter} />
    </div>
  )
}

function Figures({ report }: { report: ClassificationReport }) {
  const accuracy = proportionInterval(Math.round(report.accuracy * report.rows), report.rows)
  const from = accuracy ? Math.max(0, Math.floor(accuracy.low * 20 - 0.5) / 20) : 0
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile
        label="Accuracy"
        value={(report.accuracy * 100).toFixed(1)}
        unit="%"
        below={<Interval value={report.accuracy} bounds={accuracy} from={from} />}
        sub={
          <>
            {accuracy
              ? `${(accuracy.low * 100).toFixed(1)} to ${(accuracy.high * 100).toFixed(1)}, ${plural(report.rows, 'row')}`
              : plural(report.rows, 'row')}
            <Baselines baselines={report.baselines} read={({ accuracy }) => formatShare(accuracy)} />
          </>
        }
      />
      <FigureTile
        label="Macro F1"
        value={formatScore(report.macroF1)}
        sub={
          <>
            precision {formatScore(report.macroPrecision)}, recall {formatScore(report.macroRecall)}
            <Baselines baselines={report.baselines} read={({ macroF1 }) => formatScore(macroF1)} />
          </>
        }
      />
      <FigureTile
        label="Log loss"
        value={formatScore(report.logLoss)}
        sub={
          <>
            lower is better
            <Baselines baselines={report.baselines} read={({ logLoss }) => formatScore(logLoss)} />
          </>
        }
      />
      <FigureTile
        label="ROC-AUC"
        value={report.rocAuc === null ? '–' : formatScore(report.rocAuc)}
        sub={report.rocAuc === null ? 'a class has no rows' : 'one against the rest'}
      />
      <FigureTile
        label="Average precision"
        value={report.averagePrecision === null ? '–' : formatScore(report.averagePrecision)}
        sub={report.averagePrecision === null ? 'a class has no rows' : 'mean over classes'}
      />
      <FigureTile
        label="Calibration error"
        value={(report.ece * 100).toFixed(1)}
        unit="%"
        sub={`mean confidence ${formatScore(report.meanConfidence)}`}
      />
      {report.threshold ? (
        <FigureTile
          label={`Threshold of ${report.threshold.positive}`}
          value={report.threshold.threshold > 1 ? 'never' : report.threshold.threshold.toFixed(3)}
          sub="answered from this probability on"
        />
      ) : null}
    </div>
  )
}

function Confusions({
  report,
  chosen,
  onChoose,
}: {
  report: ClassificationReport
  chosen: Confusion | null
  onChoose(cell: Confusion | null): void
}) {
  return (
    <ul style={{ maxHeight: 280, overflowY: 'auto' }}>
      {report.confusions.slice(0, 20).map((one) => {
        const isOn = chosen?.truth === one.truth && chosen.predicted === one.predicted
        return (
          <li key={`${one.truth}\u0000${one.predicted}`}>
            <button
              type="button"
              className="btn quiet w-full justify-start"
              aria-pressed={isOn}
              onClick={() => onChoose(isOn ? null : one)}
            >
              <span className="trunc">
                {one.truth} <span className="t3">called</span> {one.predicted}
              </span>
              <span className="push num">{formatNumber(one.rows)}</span>
            </button>
          </li>
        )
      })}
      {report.confusions.length === 0 ? <li className="sm t3">Every row got its true class.</li> : null}
    </ul>
  )
}
