import type { FairnessGap, FairnessReport } from '#core/reports/fairness'
import { formatNumber, formatScore, formatShare } from '#core/words/format'

export type PreparedFairness = {
  verdict: { value: string; sub: string; isBad: boolean }
  gaps: { name: string; value: string; sub: string }[]
  groups: {
    name: string
    rows: string
    isCompared: boolean
    rates: { name: string; value: number | null; interval: { low: number; high: number } | null; words: string }[]
    accuracy: string
  }[]
}

const ratesOf = [
  ['selection rate', 'selectionRate'],
  ['true positive rate', 'truePositiveRate'],
  ['false positive rate', 'falsePositiveRate'],
] as const

/** Decides what a fairness report says in words; rates that cannot be measured are a dash. */
export function prepareFairness(report: FairnessReport): PreparedFairness {
  return {
    verdict: verdictOf(report),
    gaps: [
      gapWords('Selection rate', report.selection),
      gapWords('True positive rate', report.truePositive),
      gapWords('False positive rate', report.falsePositive),
      {
        name: 'Equalised odds',
        value: report.equalisedOdds === null ? '–' : points(report.equalisedOdds),
        sub: report.equalisedOdds === null ? 'not enough rows of both kinds' : 'the larger difference of both rates',
      },
    ],
    groups: report.groups.map((group) => ({
      name: group.name,
      rows: formatNumber(group.rows),
      isCompared: group.isCompared,
      rates: ratesOf.map(([name, key]) => {
        const rate = group[key]
        return {
          name,
          value: rate?.value ?? null,
          interval: rate?.interval ?? null,
          words: rate ? `${formatShare(rate.interval.low)} to ${formatShare(rate.interval.high)} at 95 %` : 'no rows to measure it on',
        }
      }),
      accuracy: formatShare(group.accuracy),
    })),
  }
}

function verdictOf({ fourFifths, selection, selects }: FairnessReport): PreparedFairness['verdict'] {
  switch (fourFifths) {
    case 'holds':
      return { value: 'holds', sub: ratioWords(selection), isBad: false }
    case 'fails':
      return { value: 'fails', sub: ratioWords(selection), isBad: true }
    case 'nobody-selected':
      return { value: '–', sub: `no row is called ${selects}`, isBad: false }
    case 'not-enough-rows':
      return { value: '–', sub: 'two groups of 30 rows are needed', isBad: false }
  }
}

function ratioWords(gap: FairnessGap | null): string {
  return gap ? `ratio ${gap.ratio === null ? '–' : gap.ratio.toFixed(2)}, ${gap.lowest} against ${gap.highest}` : ''
}

function gapWords(name: string, gap: FairnessGap | null): PreparedFairness['gaps'][number] {
  if (!gap) return { name, value: '–', sub: 'fewer than two groups with enough rows' }
  const p = gap.p < 0.001 ? 'p < 0.001' : `p = ${formatScore(gap.p)}`
  return {
    name,
    value: points(gap.difference),
    sub: gap.difference === 0 ? 'the same in all groups' : `${gap.lowest} below ${gap.highest}, ${p}`,
  }
}

function points(share: number): string {
  return (share * 100).toFixed(1)
}
