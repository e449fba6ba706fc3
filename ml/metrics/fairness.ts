import type { FairnessGap, FairnessReport } from '#core/reports/fairness'
import { proportionInterval } from '#core/stats/proportion-interval'
import { proportionTest } from '#core/stats/proportion-test'

/** With fewer rows (of the class, or of the others, for their rates) a group is shown but not compared. */
const least = { rows: 30, cases: 10 }
/** Below four fifths of the highest rate the United States' Uniform Guidelines (1978, 29 CFR 1607.4 D) see adverse impact. */
const fourFifths = 0.8

export type FairnessArgs = {
  column: string
  /** Group per row; '' is a group of its own, "missing". */
  groups: readonly string[]
  /** Name of the class that counts as selected. */
  selects: string
  /** Per row: 1 when the row is of the class, and 1 when the model calls it so. */
  isPositive: Uint8Array
  isSelected: Uint8Array
}

/**
 * Selection, true positive and false positive rate per group, and how far they lie apart: demographic parity and equalised
 * odds (Hardt, Price and Srebro 2016, section 2). Groups in order of their rows. A gap's p is that of the two-sample
 * test of the lowest against the highest group.
 */
export function fairness({ column, groups, selects, isPositive, isSelected }: FairnessArgs): FairnessReport {
  const tallies = tallyGroups(groups, isPositive, isSelected)
  const compared = tallies.filter(({ rows }) => rows >= least.rows)
  const selection = gapOf(compared, ({ selected, rows }) => ({ hits: selected, trials: rows }), 1)
  const truePositive = gapOf(compared, truePositives, least.cases)
  const falsePositive = gapOf(compared, falsePositives, least.cases)
  return {
    report: 'fairness',
    column,
    selects,
    rows: groups.length,
    groups: tallies.map((tally) => ({
      name: tally.name,
      rows: tally.rows,
      positives: tally.positives,
      selected: tally.selected,
      selectionRate: rateOf({ hits: tally.selected, trials: tally.rows }) ?? { value: 0, interval: { low: 0, high: 1 } },
      truePositiveRate: rateOf(truePositives(tally)),
      falsePositiveRate: rateOf(falsePositives(tally)),
      accuracy: (tally.rows - tally.selected - tally.positives + 2 * tally.hits) / tally.rows,
      isCompared: tally.rows >= least.rows,
    })),
    selection,
    truePositive,
    falsePositive,
    equalisedOdds: truePositive && falsePositive ? Math.max(truePositive.difference, falsePositive.difference) : null,
    fourFifths: verdictOf(selection),
  }
}

type Tally = { name: string; rows: number; positives: number; selected: number; hits: number }
type Share = { hits: number; trials: number }

const truePositives = ({ hits, positives }: Tally): Share => ({ hits, trials: positives })
const falsePositives = ({ selected, hits, rows, positives }: Tally): Share => ({ hits: selected - hits, trials: rows - positives })

function tallyGroups(groups: readonly string[], isPositive: Uint8Array, isSelected: Uint8Array): Tally[] {
  const tallies = new Map<string, Tally>()
  for (const [row, group] of groups.entries()) {
    const tally = tallies.get(group) ?? { name: group === '' ? 'missing' : group, rows: 0, positives: 0, selected: 0, hits: 0 }
    const [positive, selected] = [isPositive[row] ?? 0, isSelected[row] ?? 0]
    tally.rows += 1
    tally.positives += positive
    tally.selected += selected
    tally.hits += positive * selected
    tallies.set(group, tally)
  }
  return [...tallies.values()].sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
}

function rateOf({ hits, trials }: Share) {
  const interval = proportionInterval(hits, trials)
  return interval && { value: hits / trials, interval }
}

/** The lowest against the highest rate among groups with enough cases; null below two of them. */
function gapOf(tallies: readonly Tally[], shareOf: (tally: Tally) => Share, leastTrials: number): FairnessGap | null {
  const rates = tallies
    .map((tally) => ({ name: tally.name, ...shareOf(tally) }))
    .filter(({ trials }) => trials >= leastTrials)
    .sort((a, b) => a.hits / a.trials - b.hits / b.trials)
  const [low, high] = [rates[0], rates.at(-1)]
  if (!low || !high || rates.length < 2) return null
  const [lowRate, highRate] = [low.hits / low.trials, high.hits / high.trials]
  return {
    lowest: low.name,
    highest: high.name,
    difference: highRate - lowRate,
    // by whole numbers: four fifths must come out as exactly 0.8
    ratio: highRate === 0 ? null : (low.hits * high.trials) / (low.trials * high.hits),
    p: proportionTest(low, high),
  }
}

function verdictOf(selection: FairnessGap | null): FairnessReport['fourFifths'] {
  if (!selection) return 'not-enough-rows'
  if (selection.ratio === null) return 'nobody-selected'
  return selection.ratio >= fourFifths ? 'holds' : 'fails'
}
