import { formatNumber, formatProbability, formatShare, formatValue } from '#core/words/format'
import type { Trial } from '#server/registry/views'

const shown = 6

/** One answer and how long it took: a class, how sure, and the most probable ones; or a number and its prediction interval. */
export function TrialAnswer({ where, trial, time }: { where: string; trial: Trial; time: string }) {
  return (
    <section className="tile block!" aria-label={`Answer of the ${where.toLowerCase()}`}>
      <h3 className="label">{where}</h3>
      <p className="row items-baseline">
        <strong className="text-[20px] font-semibold" data-testid="trial-label">
          {'value' in trial ? formatValue(trial.value) : trial.label}
        </strong>
        <span className="t2">{'value' in trial ? '' : `${formatProbability(trial.confidence)} sure`}</span>
      </p>
      <p className="sm t3">
        {formatNumber(Number(trial.milliseconds.toPrecision(2)))} ms in the model, {time}
      </p>
      {'value' in trial ? <PredictionInterval {...trial.interval} /> : <Ranked probabilities={trial.probabilities} />}
    </section>
  )
}

function PredictionInterval({ low, high, share }: { low: number; high: number; share: number }) {
  return (
    <p className="sm t2 mt-2">
      in {formatShare(share, 0)} of cases between {formatValue(low)} and {formatValue(high)}
    </p>
  )
}

function Ranked({ probabilities }: { probabilities: readonly { name: string; value: number }[] }) {
  const ranked = [...probabilities].sort((a, b) => b.value - a.value)
  return (
    <>
      <ul className="mt-2">
        {ranked.slice(0, shown).map(({ name, value }) => (
          <li key={name} className="row sm">
            <span className="trunc w-28 flex-none" title={name}>
              {name}
            </span>
            <span className="meter grow" style={{ width: 'auto' }}>
              <i style={{ width: `${value * 100}%` }} />
            </span>
            <span className="num t2 nowrap w-14 flex-none text-right">{formatProbability(value)}</span>
          </li>
        ))}
      </ul>
      {ranked.length > shown ? <p className="sm t3">and {ranked.length - shown} less probable</p> : null}
    </>
  )
}
