'use client'

import { useState } from 'react'
import { EmptyChart, Legend } from '#components/charts/axes'
import { HistogramPair } from '#components/charts/histogram-pair'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import type { MonitorView } from '#core/monitor/views'
import { columnWords, type DriftView, measureWords, valueWords, verdictSentence } from './drift-words.ts'

const few = 2

/** The training histogram beside the current one, the most drifted columns first. */
export function ThenAndNow({ view, rangeWords }: { view: MonitorView; rangeWords: string }) {
  const [showsAll, setShowsAll] = useState(false)
  const sorted = [...view.drift].sort((a, b) => weight(b) - weight(a))
  const shown = showsAll ? sorted : sorted.slice(0, few)
  return (
    <Card
      title="Training and now"
      note="share of rows"
      end={
        <Legend
          items={[
            { name: 'training', colour: 'var(--chart-ref)', shape: 'square' },
            { name: rangeWords, colour: 'var(--series-1)', shape: 'square' },
          ]}
        />
      }
    >
      {shown.length === 0 ? (
        <EmptyChart height={150}>Nothing to compare: the version that serves has no training reference.</EmptyChart>
      ) : (
        <div className="grid gap-x-5 gap-y-4" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 220px), 1fr))' }}>
          {shown.map((one) => (
            <div key={one.name}>
              <div className="row sm" title={verdictSentence(one)}>
                <span className="med trunc">{columnWords(one)}</span>
                <span className={`push nowrap ${one.state === 'drifted' ? 'warn' : 't3'}`}>
                  {one.state === 'not-enough-data' ? `needs ${one.needed} more rows` : `${measureWords(one)} ${valueWords(one)}`}
                </span>
              </div>
              <HistogramPair
                label={`${columnWords(one)}, training beside now. ${verdictSentence(one)}`}
                input={{
                  bins: one.bins,
                  reference: one.reference.counts,
                  current: one.current.counts,
                  missing: { reference: one.reference.missing, current: one.current.missing },
                }}
              />
            </div>
          ))}
        </div>
      )}
      {sorted.length > few ? (
        <Button kind="quiet" size="sm" className="mt-2" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the most drifted' : `Show all ${sorted.length}`}
        </Button>
      ) : null}
    </Card>
  )
}

function weight(one: DriftView): number {
  return one.state === 'not-enough-data' ? -1 : one.level + (one.state === 'drifted' ? 10 : 0) + one.distance
}
