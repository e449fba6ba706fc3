'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import type { SearchReport } from '#core/reports/search'
import { paramTitle } from '#core/tune/param-title'
import { meanScore, scoreDeviation } from '#core/tune/trial'
import { formatDuration, formatFigure, formatNumber, formatShare, formatValue, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { Interval } from '../interval'
import { Parallel } from '../parallel'
import { type Brushes, prepareParallel } from '../prepare-parallel.ts'
import { sortTrials } from '../sort-trials.ts'
import { Trials } from '../trials'
import { TrialsTable } from '../trials-table'

/** What a search found, or has found so far: the best setting, every trial, and which params matter. */
export function SearchView({ report }: { report: SearchReport }) {
  const [brushes, setBrushes] = useState<Brushes>({})
  const titleOf = (path: string) => paramTitle(report.estimator, path)
  // One choice and nothing else: what is compared are the candidates themselves.
  const isLeaderboard = report.estimator === null && report.dimensions.length === 1
  const isBrushed = Object.keys(brushes).length > 0
  const input = { ...report, titleOf, format: formatFigure }
  // Which trials a brush takes does not hang on the size of the picture.
  const chosen = isBrushed ? new Set(prepareParallel({ ...input, brushes }, 600, 200).chosen) : null
  const shown = report.trials.filter(({ number }) => chosen?.has(number) ?? true)
  const clear = isBrushed ? (
    <Button size="sm" kind="quiet" onClick={() => setBrushes({})}>
      Clear filter
    </Button>
  ) : null
  return (
    <div className="col gap-3">
      <Figures report={report} titleOf={titleOf} />
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))' }}>
        <Card title="Trials" note={`${report.metric}, ${report.direction === 'maximise' ? 'more' : 'less'} is better`}>
          <Trials input={{ ...report, format: formatFigure }} />
        </Card>
        {isLeaderboard ? (
          <Card title="Leaderboard" note="mean of the folds, and their range">
            <Leaderboard report={report} />
          </Card>
        ) : (
          <Card title="Which params matter" note="share of the variance over the whole space">
            <ImportanceBars importance={report.importance} titleOf={titleOf} />
          </Card>
        )}
      </div>
      {isLeaderboard ? null : (
        <Card title="Settings and scores" note="a line per trial; drag along an axis to keep those in that part" end={clear}>
          <Parallel {...input} brushes={brushes} onBrush={setBrushes} />
        </Card>
      )}
      <Card
        title="All trials"
        note={chosen ? `${shown.length} of ${plural(report.trials.length, 'trial')}` : plural(report.trials.length, 'trial')}
        end={clear}
        bodyClassName="p-0"
      >
        <TrialsTable report={report} trials={shown} titleOf={titleOf} format={formatFigure} />
      </Card>
    </div>
  )
}

function Figures({ report, titleOf }: { report: SearchReport; titleOf(path: string): string }) {
  const { trials, asked } = report
  const best = trials.find(({ number }) => number === report.best)
  const [mean, deviation] = best ? [meanScore(best), scoreDeviation(best)] : [null, null]
  const count = (status: (typeof trials)[number]['status']) => trials.filter((trial) => trial.status === status).length
  const words = (['running', 'stopped', 'failed'] as const).flatMap((status) => (count(status) > 0 ? [`${count(status)} ${status}`] : []))
  const seconds = trials.reduce((sum, trial) => sum + (trial.seconds ?? 0), 0)
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile
        label={`Best ${report.metric}`}
        value={mean === null ? '–' : formatFigure(mean)}
        {...(deviation === null ? {} : { unit: `± ${formatFigure(deviation)}` })}
        sub={best ? `trial ${best.number + 1}` : 'no trial has finished yet'}
      />
      {report.dimensions.slice(0, 6).map(({ path }) => {
        const value = best?.params[path]
        return (
          <FigureTile
            key={path}
            label={titleOf(path)}
            value={typeof value === 'number' ? formatValue(value) : value === undefined ? '–' : String(value)}
            sub="of the best"
          />
        )
      })}
      <FigureTile
        label="Trials"
        value={formatNumber(trials.length)}
        sub={[`of ${formatNumber(Math.max(asked, trials.length))}`, ...words].join(', ')}
      />
      <FigureTile label="Work" value={formatDuration(seconds * 1000)} sub="of all trials together" />
    </div>
  )
}

/** Candidates by their score, the best first. */
function Leaderboard({ report }: { report: SearchReport }) {
  const path = report.dimensions[0]?.path ?? ''
  const scored = sortTrials(report.trials, { by: 'score', isUp: true }, report.direction).filter(({ scores }) => scores.length > 0)
  const all = scored.flatMap(({ scores }) => scores)
  if (scored.length === 0) return <p className="sm t3">No candidate has a score yet.</p>
  return (
    <ol>
      {scored.map((trial) => (
        <li key={trial.number} className="row sm" style={{ minHeight: 24 }}>
          <span className={trial.number === report.best ? 'trunc grow semi' : 'trunc grow'}>
            {String(trial.params[path])}
            {trial.status === 'stopped' ? <span className="t3"> stopped early</span> : null}
          </span>
          <Interval
            value={meanScore(trial) ?? 0}
            bounds={{ low: Math.min(...trial.scores), high: Math.max(...trial.scores) }}
            from={Math.min(...all)}
            to={Math.max(...all)}
          />
          <span className="num" style={{ width: 64 }}>
            {formatFigure(meanScore(trial) ?? Number.NaN)}
          </span>
        </li>
      ))}
    </ol>
  )
}

function ImportanceBars({ importance, titleOf }: { importance: SearchReport['importance']; titleOf(path: string): string }) {
  if (!importance) {
    return <p className="sm t3">This is told once the search is over and ten trials or more have finished with different scores.</p>
  }
  const bars = [
    ...importance.params.map(({ path, share }) => ({ name: titleOf(path), share })),
    ...(importance.together > 0.005 ? [{ name: 'several together', share: importance.together }] : []),
  ]
  return (
    <>
      <ul>
        {bars.map(({ name, share }) => (
          <li key={name} className="row sm" style={{ height: 24 }}>
            <span className="trunc grow">{name}</span>
            <span className="meter" style={{ ['--c' as string]: 'var(--series-1)', width: 140 }} aria-hidden>
              <i style={{ width: `${Math.min(100, share * 100)}%` }} />
            </span>
            <span className="num" style={{ width: 56 }}>
              {formatShare(share)}
            </span>
          </li>
        ))}
      </ul>
      <p className="sm t3 mt-2">From {plural(importance.trials, 'finished trial')}, by functional ANOVA.</p>
    </>
  )
}
