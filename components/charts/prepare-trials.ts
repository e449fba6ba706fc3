import type { SearchReport } from '#core/reports/search'
import { bestTrial, meanScore, type SearchTrial, scoreDeviation } from '#core/tune/trial'
import { formatDuration } from '#core/words/format'
import { type Frame, frameOf, round, type Stop, type Tick, xScale, yScale } from './frame.ts'

export type TrialsInput = Pick<SearchReport, 'trials' | 'metric' | 'direction' | 'asked'> & { format(value: number): string }

export type PreparedTrials = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  /** Trials with a score; those that did not do all folds are hollow. */
  dots: { key: number; x: number; y: number; isWhole: boolean; isBest: boolean }[]
  /** Trials without a score, at the foot. */
  failed: { key: number; x: number; y: number }[]
  /** Best finished score so far, in steps; nothing before the first one. */
  best: string
  stops: Stop[]
}

/** Decides the trials of a search over their number: each trial's mean score, and the best so far. */
export function prepareTrials({ trials, metric, direction, asked, format }: TrialsInput, width: number, height: number): PreparedTrials {
  const frame = frameOf(width, height, { left: 52, right: 10 })
  const scored = trials.flatMap((trial) => {
    const mean = meanScore(trial)
    return mean !== null && Number.isFinite(mean) ? [{ trial, mean }] : []
  })
  const last = Math.max(asked, ...trials.map(({ number }) => number + 1))
  const x = xScale(frame, 1, Math.max(2, last), String, Math.min(last, Math.max(2, Math.floor((frame.right - frame.left) / 60))))
  const means = scored.map(({ mean }) => mean)
  const y = yScale(frame, Math.min(...means, Number.POSITIVE_INFINITY), Math.max(...means, Number.NEGATIVE_INFINITY), format)
  const at = (trial: SearchTrial) => x.at(trial.number + 1)
  const best = bestTrial(trials, direction)
  return {
    frame,
    isEmpty: scored.length === 0,
    // Half a trial is none.
    xTicks: x.ticks.filter(({ label }) => Number.isInteger(Number(label))),
    yTicks: scored.length === 0 ? [] : y.ticks,
    dots: scored.map(({ trial, mean }) => ({
      key: trial.number,
      x: at(trial),
      y: y.at(mean),
      isWhole: trial.status === 'finished',
      isBest: trial.number === best?.number,
    })),
    failed: trials.filter(({ status }) => status === 'failed').map((trial) => ({ key: trial.number, x: at(trial), y: frame.bottom })),
    best: stepsOf(trials, direction, at, y.at, frame),
    stops: trials.map((trial) => ({ at: at(trial), title: `Trial ${trial.number + 1}`, lines: linesOf(trial, metric, format) })),
  }
}

/** A score on part of the rows or folds says less, so it moves the line only while there is no score on all of them. */
function stepsOf(
  trials: readonly SearchTrial[],
  direction: SearchReport['direction'],
  x: (trial: SearchTrial) => number,
  y: (score: number) => number,
  frame: Frame,
): string {
  let path = ''
  let [share, score]: [number, number] = [0, Number.NaN]
  for (const trial of trials) {
    const mean = meanScore(trial)
    if (trial.status !== 'finished' || mean === null || trial.share < share) continue
    const isBetter = direction === 'maximise' ? mean > score : mean < score
    if (trial.share === share && !isBetter) continue
    path += path === '' ? `M${x(trial)} ${y(mean)}` : `H${x(trial)}V${y(mean)}`
    share = trial.share
    score = mean
  }
  const last = trials.at(-1)
  return path === '' || !last ? '' : `${path}H${round(Math.min(frame.right, x(last)))}`
}

function linesOf(trial: SearchTrial, metric: string, format: (value: number) => string): Stop['lines'] {
  const [mean, deviation] = [meanScore(trial), scoreDeviation(trial)]
  const score = mean === null ? 'no score' : `${format(mean)}${deviation === null ? '' : ` ± ${format(deviation)}`}`
  return [
    { label: metric, value: score, colour: 'var(--series-1)' },
    { label: 'status', value: trialWords(trial) },
    ...(trial.seconds === null ? [] : [{ label: 'took', value: formatDuration(trial.seconds * 1000) }]),
  ]
}

/** "finished", "stopped after 2 folds", "failed". */
export function trialWords({ status, scores }: Pick<SearchTrial, 'status' | 'scores'>): string {
  const folds = `${scores.length} ${scores.length === 1 ? 'fold' : 'folds'}`
  if (status === 'stopped') return `stopped after ${folds}`
  return status === 'running' && scores.length > 0 ? `running, ${folds} done` : status
}
