'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Field, Select, TextInput } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import type { LiftDeciles } from '#core/reports/lift'
import type { ThresholdCounts } from '#core/reports/thresholds'
import { Legend } from '../axes'
import { FigureTile } from '../figure-tile'
import { Lines } from '../lines'
import { prepareLift, prepareThresholds, rateLegend } from '../prepare-thresholds.ts'

const noRows = 'No rows were evaluated.'
/** Above all probabilities. */
const never = 1.001

/** Where to draw the line for one class: what each threshold gives and costs, and how the most probable rows lift it. */
export function DrawTheLine({
  thresholds,
  lift,
  inUse,
}: {
  thresholds: readonly ThresholdCounts[]
  lift: readonly LiftDeciles[]
  /** The model's own threshold; without one, the more probable class is answered. */
  inUse: { positive: string; threshold: number } | undefined
}) {
  // the rarest class is the one that people look for
  const rarest = thresholds.reduce<ThresholdCounts | undefined>(
    (least, one) => (least && least.positives <= one.positives ? least : one),
    undefined,
  )
  const [name, setName] = useState(inUse?.positive)
  const counts = thresholds.find((one) => one.name === name) ?? rarest
  if (!counts) return null
  const deciles = lift.find((one) => one.name === counts.name)
  const chooser = (
    <Select
      inline
      aria-label="Class"
      value={counts.name}
      onChange={(event) => setName(event.currentTarget.value)}
      options={thresholds.map((one) => ({ value: one.name, label: one.name }))}
    />
  )
  return (
    <>
      <Card title="Threshold" note={`when to call a row ${counts.name}`} end={chooser}>
        <Explorer counts={counts} start={inUse?.threshold ?? 0.5} />
      </Card>
      {deciles ? (
        <Card title="Lift and gain" note={prepareLift(counts, deciles).sentence} end={chooser}>
          <Lift counts={counts} deciles={deciles} />
        </Card>
      ) : null}
    </>
  )
}

function Explorer({ counts, start }: { counts: ThresholdCounts; start: number }) {
  const [threshold, setThreshold] = useState(start)
  const [alarm, setAlarm] = useState('1')
  const [miss, setMiss] = useState('1')
  const [falsePositive, falseNegative] = [readCost(alarm), readCost(miss)]
  const { figures, rates, cost, cheapest, bestF1, sentence } = prepareThresholds(counts, threshold, {
    truePositive: 0,
    falsePositive: falsePositive ?? 1,
    falseNegative: falseNegative ?? 1,
    trueNegative: 0,
  })
  return (
    <div className="col gap-3">
      <div className="row flex-wrap items-end gap-3">
        <label className="col grow" style={{ minWidth: 220 }}>
          <span className="sm t2">
            Threshold <span className="num semi">{threshold > 1 ? 'never' : threshold.toFixed(3)}</span>
          </span>
          <input
            type="range"
            style={{ width: '100%', accentColor: 'var(--accent)' }}
            min={0}
            max={1}
            step={0.005}
            value={threshold}
            onChange={(event) => setThreshold(event.currentTarget.valueAsNumber)}
          />
        </label>
        <CostField label="A false alarm costs" value={alarm} onChange={setAlarm} isWrong={falsePositive === null} />
        <CostField label="A miss costs" value={miss} onChange={setMiss} isWrong={falseNegative === null} />
        <Button size="sm" onClick={() => setThreshold(cheapest.threshold ?? never)}>
          Cheapest
        </Button>
        <Button size="sm" onClick={() => setThreshold(bestF1.threshold ?? never)}>
          Best F1
        </Button>
      </div>
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
        {figures.map((figure) => (
          <FigureTile key={figure.label} {...figure} />
        ))}
      </div>
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 280px), 1fr))' }}>
        <div>
          <Lines label="Precision, recall and F1 by threshold" input={rates} empty={noRows} />
          <Legend items={rateLegend} />
        </div>
        <div>
          <Lines label="Mean cost of a row by threshold" input={cost} empty={noRows} />
          <p className="sm t3">{sentence}</p>
        </div>
      </div>
    </div>
  )
}

function CostField({ label, value, onChange, isWrong }: { label: string; value: string; onChange(text: string): void; isWrong: boolean }) {
  return (
    <Field label={label} error={isWrong ? 'A number, for example 10.' : null}>
      {({ id, describedBy, invalid }) => (
        <TextInput
          id={id}
          aria-describedby={describedBy}
          inputMode="decimal"
          className="num"
          style={{ width: 84 }}
          invalid={invalid}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

/** Null while it is no number. */
function readCost(text: string): number | null {
  const number = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(number) ? number : null
}

function Lift({ counts, deciles }: { counts: ThresholdCounts; deciles: LiftDeciles }) {
  const { gain, deciles: rows } = prepareLift(counts, deciles)
  return (
    <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))' }}>
      <div>
        <Lines label={`Share of ${counts.name} among the most probable rows`} input={gain} height={200} empty={noRows} />
        <Legend items={gain.series.map(({ name, colour }) => ({ name, colour }))} />
      </div>
      <ScrollX label="Lift by tenths of the rows">
        <table>
          <thead>
            <tr>
              <th scope="col">rows by probability</th>
              <th scope="col" className="num">
                {counts.name}
              </th>
              <th scope="col" className="num">
                lift
              </th>
              <th scope="col">gain</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.decile}>
                <td className="num">{row.decile}</td>
                <td className="num">{row.rate}</td>
                <td className="num semi">{row.lift}</td>
                <td>
                  <span className="row">
                    <span className="meter" style={{ ['--c' as string]: 'var(--series-1)' }} aria-hidden>
                      <i style={{ width: `${row.share * 100}%` }} />
                    </span>
                    <span className="num">{row.gain}</span>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </div>
  )
}
