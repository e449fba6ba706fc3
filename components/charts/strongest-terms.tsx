import type { TrainingReport } from '#core/reports/report'
import { formatCompact, formatNumber } from '#core/words/format'
import { classColour } from './frame.ts'

/** What speaks for each class: the features with the largest weights. */
export function StrongestTerms({ strongest }: { strongest: TrainingReport['strongest'] }) {
  return (
    <div className="grid gap-x-6 gap-y-4" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))' }}>
      {strongest.map((one, i) => {
        const most = Math.max(1e-9, ...one.features.map((feature) => Math.abs(feature.weight)))
        return (
          <div key={one.name}>
            <h4 className="row semi mb-1">
              <i className="dot" style={{ background: classColour(i) }} />
              {one.name}
            </h4>
            <ul>
              {one.features.slice(0, 12).map((feature) => (
                <li key={feature.feature} className="row sm" style={{ height: 22 }}>
                  <span className="mono trunc grow" title={feature.feature}>
                    {feature.feature}
                  </span>
                  <span
                    className="meter"
                    style={{ ['--c' as string]: feature.weight < 0 ? 'var(--series-2)' : 'var(--series-1)' }}
                    aria-hidden
                  >
                    <i style={{ width: `${(Math.abs(feature.weight) / most) * 100}%` }} />
                  </span>
                  <span className="num t2" style={{ width: 44 }}>
                    {Math.abs(feature.weight) >= 1000 ? formatCompact(feature.weight) : formatNumber(feature.weight)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </div>
  )
}
