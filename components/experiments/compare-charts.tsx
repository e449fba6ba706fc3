'use client'

import { useState } from 'react'
import { Legend } from '#components/charts/axes'
import { Lines } from '#components/charts/lines'
import { ParallelCoordinates } from '#components/charts/parallel-coordinates'
import { TradeOff } from '#components/charts/trade-off'
import { Card } from '#components/ui/card'
import { Select } from '#components/ui/field'
import { metricId, usualMetrics } from '#core/experiments/metric'
import type { ComparedExperiment } from '#core/experiments/views'
import { formatFigure, formatValue } from '#core/words/format'
import type { Look } from './compared-table'
import { comparedMetrics, lossSeries, parallelAxes } from './prepare-compared.ts'

type Props = { experiments: readonly ComparedExperiment[]; looks: readonly Look[] }

/** Pictures of some experiments: settings and metrics at once, one figure against another, and how they learned. */
export function CompareCharts({ experiments, looks }: Props) {
  const loss = lossSeries(experiments, looks)
  return (
    <>
      <Card title="Settings and metrics at once" note="what differs, a line per experiment">
        <ParallelCoordinates
          label="Parallel coordinates of settings and metrics"
          input={{ axes: parallelAxes(experiments), lines: looks, format: formatValue }}
          empty="Fewer than two settings or metrics tell these experiments apart. Compare others, or connect Evaluate to their models."
        />
      </Card>
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))' }}>
        <TwoFigures experiments={experiments} looks={looks} />
        <Card title="Loss" note="while training, per pass over the rows">
          <Lines
            height={260}
            label="Training loss of each experiment"
            input={{ x: loss.x, xKind: 'number', series: loss.series, format: formatFigure }}
            empty="None of these models learns in passes, so there are no loss curves."
          />
          {loss.series.length > 0 ? <Legend items={loss.series.map(({ name, colour }) => ({ name, colour }))} /> : null}
        </Card>
      </div>
    </>
  )
}

type Figure = { id: string; label: string; better?: 'higher' | 'lower' | undefined; values: (number | null)[] }

/** Metrics, and what a model costs. */
function figuresOf(experiments: readonly ComparedExperiment[]): Figure[] {
  const metrics = comparedMetrics(experiments)
    .filter(({ isPerClass }) => !isPerClass)
    .map(({ id, label, better, values }) => ({ id, label, better, values: values.map((one) => one?.value ?? null) }))
  const seconds = experiments.map(({ durationMs }) => (durationMs === null ? null : durationMs / 1000))
  return [...metrics, { id: 'took', label: 'seconds of training', better: 'lower', values: seconds }]
}

function TwoFigures({ experiments, looks }: Props) {
  const figures = figuresOf(experiments)
  const usual = usualMetrics(experiments.flatMap(({ metrics }) => metrics)).map(metricId)
  const [chosen, setChosen] = useState<{ x?: string; y?: string }>({})
  const find = (...ids: (string | undefined)[]) => ids.map((id) => figures.find((one) => one.id === id)).find((one) => one !== undefined)
  const y = find(chosen.y, usual[0], 'took')
  const x = find(chosen.x, 'took')
  if (!x || !y) return null
  const points = looks.flatMap((look, i) => {
    const [across, up] = [x.values[i], y.values[i]]
    return typeof across === 'number' && typeof up === 'number' ? [{ ...look, x: across, y: up }] : []
  })
  const options = figures.map(({ id, label }) => ({ value: id, label }))
  return (
    <Card title="One figure against another">
      <div className="row mb-2 flex-wrap">
        <Select
          inline
          className="max-w-44"
          aria-label="Figure upwards"
          value={y.id}
          options={options}
          onChange={(event) => setChosen({ ...chosen, y: event.currentTarget.value })}
        />
        <span className="t3">against</span>
        <Select
          inline
          className="max-w-44"
          aria-label="Figure across"
          value={x.id}
          options={options}
          onChange={(event) => setChosen({ ...chosen, x: event.currentTarget.value })}
        />
      </div>
      <TradeOff
        input={{ points, x: { name: x.label, better: x.better }, y: { name: y.label, better: y.better }, format: formatFigure }}
        empty="No experiment has both figures. Choose others."
      />
      <p className="sm t3 mt-1">Larger and named: no other is better in both.</p>
    </Card>
  )
}
