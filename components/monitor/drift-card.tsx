import { EmptyChart } from '#components/charts/axes'
import { DriftMap } from '#components/charts/drift-map'
import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { MonitorView } from '#core/monitor/views'
import { formatDuration } from '#core/words/format'
import { columnWords, measureWords, valueWords, verdictSentence } from './drift-words.ts'

const stateWords = { drifted: 'drifted', stable: 'stable', 'not-enough-data': 'not enough data' }

/** Drift per column over the range, its verdict for the whole range beside it. */
export function DriftCard({ view }: { view: MonitorView }) {
  const { drift, driftMap, compared } = view
  return (
    <Card
      title="Drift"
      note={`per ${formatDuration(view.mapStepMs)}, ${compared ? `v${compared.number} ` : ''}against its training, 5 % false alarms over all columns`}
      end={<Scale />}
    >
      {drift.length === 0 ? (
        <EmptyChart height={192}>The version that serves has no training reference. Train it again to compare with.</EmptyChart>
      ) : (
        <ScrollX label="Drift per column">
          <div className="flex gap-3" style={{ minWidth: 520 }}>
            <ul>
              {drift.map((one) => (
                <li key={one.name} className="row xs" style={{ height: 24, maxWidth: 240 }} title={verdictSentence(one)}>
                  <span className="med trunc" style={{ minWidth: 56 }}>
                    {columnWords(one)}
                  </span>
                  <span className="t3 push nowrap">{one.state === 'not-enough-data' ? '' : measureWords(one)}</span>
                </li>
              ))}
            </ul>
            <div className="grow">
              <DriftMap
                label={`Drift per column and ${formatDuration(view.mapStepMs)}. ${drift.map(verdictSentence).join(' ')}`}
                input={{
                  starts: driftMap.map((bucket) => bucket.start),
                  stepMs: view.mapStepMs,
                  rows: drift.map((one) => ({
                    name: columnWords(one),
                    cells: driftMap.map((bucket) => bucket.cells.find((cell) => cell.name === one.name)),
                  })),
                }}
              />
            </div>
            <ul>
              {drift.map((one) => (
                <li key={one.name} className="row xs" style={{ height: 24 }} title={verdictSentence(one)}>
                  {one.state === 'not-enough-data' ? null : (
                    <span className="med num" style={{ minWidth: 44 }}>
                      {valueWords(one)}
                    </span>
                  )}
                  <span className={one.state === 'drifted' ? 'warn nowrap' : 't3 nowrap'}>{stateWords[one.state]}</span>
                </li>
              ))}
            </ul>
          </div>
        </ScrollX>
      )}
    </Card>
  )
}

function Scale() {
  return (
    <span className="row tight xs t3 nowrap max-sm:hidden" aria-hidden>
      low
      {[0, 1, 2, 3, 4, 5].map((level) => (
        <i
          key={level}
          className="dot"
          style={{ background: `var(--warm-${level})`, boxShadow: level === 0 ? 'inset 0 0 0 1px var(--border)' : undefined }}
        />
      ))}
      high
    </span>
  )
}
