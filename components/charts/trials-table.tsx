'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { useState } from 'react'
import { ScrollX } from '#components/ui/scroll-x'
import type { SearchReport } from '#core/reports/search'
import { meanScore, type SearchTrial, scoreDeviation } from '#core/tune/trial'
import { formatDuration, formatShare, formatValue } from '#core/words/format'
import { trialWords } from './prepare-trials.ts'
import { sortTrials, type TrialOrder } from './sort-trials.ts'

/** More rows would only slow the page down; sorting brings any of them up. */
const mostRows = 200

type Props = {
  report: Pick<SearchReport, 'dimensions' | 'metric' | 'direction' | 'best'>
  trials: readonly SearchTrial[]
  titleOf(path: string): string
  format(value: number): string
}

/** The trials of a search with their settings, the best first; a click on a heading sorts by it. */
export function TrialsTable({ report: { dimensions, metric, direction, best }, trials, titleOf, format }: Props) {
  const [order, setOrder] = useState<TrialOrder>({ by: 'score', isUp: true })
  const sorted = sortTrials(trials, order, direction)
  const hasShares = trials.some(({ share }) => share < 1)
  const head = { order, onOrder: setOrder }
  return (
    <>
      <ScrollX label="Trials">
        <table>
          <thead>
            <tr>
              <Heading by="number" title="trial" {...head} />
              <Heading by="score" title={metric} isNumber {...head} />
              {dimensions.map(({ path, kind }) => (
                <Heading key={path} by={path} title={titleOf(path)} isNumber={kind !== 'choice'} {...head} />
              ))}
              {hasShares ? <th scope="col">share</th> : null}
              <th scope="col">status</th>
              <Heading by="seconds" title="took" isNumber {...head} />
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, mostRows).map((trial) => (
              <tr key={trial.number}>
                <td className={trial.number === best ? 'semi' : undefined}>
                  {trial.number + 1}
                  {trial.number === best ? ' best' : ''}
                </td>
                <td className="num">{scoreWords(trial, format)}</td>
                {dimensions.map(({ path, kind }) => (
                  <td key={path} className={kind === 'choice' ? undefined : 'num'}>
                    {valueWords(trial.params[path])}
                  </td>
                ))}
                {hasShares ? <td>{formatShare(trial.share, 0)}</td> : null}
                <td title={trial.error ?? undefined}>
                  {trial.error ? <span className="bad">failed: {trial.error}</span> : trialWords(trial)}
                </td>
                <td className="num">{trial.seconds === null ? '–' : formatDuration(trial.seconds * 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {sorted.length > mostRows ? (
        <p className="sm t3 p-2">
          The first {mostRows} of {sorted.length}; another order brings others up.
        </p>
      ) : null}
    </>
  )
}

type HeadingProps = { by: string; title: string; isNumber?: boolean; order: TrialOrder; onOrder(order: TrialOrder): void }

function Heading({ by, title, isNumber = false, order, onOrder }: HeadingProps) {
  const isSorted = order.by === by
  const Arrow = order.isUp ? ArrowUp : ArrowDown
  return (
    <th scope="col" className={isNumber ? 'num' : undefined} aria-sort={isSorted ? (order.isUp ? 'ascending' : 'descending') : 'none'}>
      <button type="button" className="link" onClick={() => onOrder({ by, isUp: isSorted ? !order.isUp : true })}>
        {title}
        {isSorted ? <Arrow className="i s" aria-hidden /> : null}
      </button>
    </th>
  )
}

function scoreWords(trial: SearchTrial, format: (value: number) => string): string {
  const [mean, deviation] = [meanScore(trial), scoreDeviation(trial)]
  if (mean === null) return '–'
  return deviation === null ? format(mean) : `${format(mean)} ± ${format(deviation)}`
}

function valueWords(value: SearchTrial['params'][string] | undefined): string {
  return typeof value === 'number' ? formatValue(value) : value === undefined || value === null ? '–' : String(value)
}
