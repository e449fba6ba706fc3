import { EmptyChart, Legend } from '#components/charts/axes'
import { HistogramPair } from '#components/charts/histogram-pair'
import { Shares } from '#components/charts/shares'
import { Card } from '#components/ui/card'
import { predictionName } from '#core/monitor/bins'
import type { MonitorView } from '#core/monitor/views'
import { formatNumber } from '#core/words/format'
import { verdictSentence } from './drift-words.ts'

/** What the model answers, beside what it answered in training: shares of classes over time, or a histogram of numbers. */
export function PredictionsCard({ view, empty }: { view: MonitorView; empty: string }) {
  if (view.task === 'regression') return <Numbers view={view} empty={empty} />
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

function Numbers({ view, empty }: { view: MonitorView; empty: string }) {
  const numbers = view.drift.find((one) => one.name === predictionName)
  const answered = numbers?.current.counts.reduce((sum, count) => sum + count, 0) ?? 0
  return (
    <Card
      title="Predictions"
      note="% of answers"
      end={
        <Legend
          items={[
            { name: 'training', colour: 'var(--chart-ref)', shape: 'square' },
            { name: 'now', colour: 'var(--series-1)', shape: 'square' },
          ]}
        />
      }
    >
      {numbers && answered > 0 ? (
        <HistogramPair
          height={206}
          label={`Predicted numbers, training beside now: ${formatNumber(answered)} answers. ${verdictSentence(numbers)}`}
          input={{
            bins: numbers.bins,
            reference: numbers.reference.counts,
            current: numbers.current.counts,
            missing: { reference: numbers.reference.missing, current: numbers.current.missing },
          }}
        />
      ) : (
        <EmptyChart height={206}>{view.drift.length === 0 ? noReference : empty}</EmptyChart>
      )}
    </Card>
  )
}

const noReference = 'The version that serves has no training reference. Train it again to compare with.'
