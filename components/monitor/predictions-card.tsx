import { Shares } from '#components/charts/shares'
import { Card } from '#components/ui/card'
import type { MonitorView } from '#core/monitor/views'
import { formatNumber } from '#core/words/format'

/** What the model answers, as stacked shares, beside what it answered in training. */
export function PredictionsCard({ view, empty }: { view: MonitorView; empty: string }) {
  return (
    <Card title="Predictions" note="% of answers">
      <Shares
        label={`Share of predicted classes over time, training on the left: ${formatNumber(view.total.rows)} answers`}
        empty={empty}
        input={{
          x: view.buckets.map((bucket) => bucket.start.getTime() + view.stepMs / 2),
          domain: [view.from.getTime(), view.to.getTime()],
          classes: view.classes.map((name, i) => ({
            name,
            counts: view.buckets.map((bucket) => bucket.classes[i] ?? 0),
            reference: view.compared?.classes[i] ?? null,
          })),
        }}
      />
    </Card>
  )
}
