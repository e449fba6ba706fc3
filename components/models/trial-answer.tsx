import { formatNumber, formatShare } from '#core/words/format'
import type { Trial } from '#server/registry/views'

const shown = 6

/** One answer: the label, how sure, how long, and the most probable classes. */
export function TrialAnswer({ where, trial, time }: { where: string; trial: Trial; time: string }) {
  const ranked = [...trial.probabilities].sort((a, b) => b.value - a.value)
  return (
    <section className="tile block!" aria-label={`Answer of the ${where.toLowerCase()}`}>
      <h3 className="label">{where}</h3>
      <p className="row items-baseline">
        <strong className="text-[20px] font-semibold" data-testid="trial-label">
          {trial.label}
        </strong>
        <span className="t2">{sureness(trial.confidence)} sure</span>
      </p>
      <p className="sm t3">
        {formatNumber(Number(trial.milliseconds.toPrecision(2)))} ms in the model, {time}
      </p>
      <ul className="mt-2">
        {ranked.slice(0, shown).map(({ name, value }) => (
          <li key={name} className="row sm">
            <span className="trunc w-28 flex-none" title={name}>
              {name}
            </span>
            <span className="meter grow" style={{ width: 'auto' }}>
              <i style={{ width: `${value * 100}%` }} />
            </span>
            <span className="num t2 w-14 flex-none text-right">{sureness(value)}</span>
          </li>
        ))}
      </ul>
      {ranked.length > shown ? <p className="sm t3">and {ranked.length - shown} less probable classes</p> : null}
    </section>
  )
}

/** No model is certain: what would round to 100 % or 0 % says so. */
function sureness(share: number): string {
  if (share > 0.9995) return '> 99.9 %'
  if (share < 0.0005) return '< 0.1 %'
  return formatShare(share)
}
