import { z } from 'zod'

/** Sums over the outcomes of some answers under one name: `truth`, or a business figure. */
export type OutcomeSums = {
  name: string
  n: number
  /** Of truths of classes: how many answers were right. */
  correct: number
  sum: number
  squares: number
  /** Of truths of numbers: how many, and the sum of what the answers were off by. */
  measured: number
  absoluteError: number
}

/** What outcomes say of some answers; null and empty where none came yet. */
export const outcomeFiguresSchema = z.object({
  /** Answers whose truth is known. */
  truths: z.int(),
  /** Share of right answers among them; of classes. */
  right: z.number().nullable(),
  /** Mean of what the answers were off by; of numbers. */
  meanError: z.number().nullable(),
  /** Business figures by name, with how many answers have one. */
  figures: z.array(z.object({ name: z.string(), n: z.int(), mean: z.number() })),
})
export type OutcomeFigures = z.output<typeof outcomeFiguresSchema>

/** Adds sums of several versions and releases up, and reads the figures off. */
export function summariseOutcomes(sums: readonly OutcomeSums[]): OutcomeFigures {
  const byName = new Map<string, OutcomeSums>()
  for (const one of sums) {
    const known = byName.get(one.name)
    byName.set(one.name, known ? added(known, one) : one)
  }
  const truth = byName.get('truth')
  const classes = truth ? truth.n - truth.measured : 0
  return {
    truths: truth?.n ?? 0,
    right: truth && classes > 0 ? truth.correct / classes : null,
    meanError: truth && truth.measured > 0 ? truth.absoluteError / truth.measured : null,
    figures: [...byName.values()]
      .filter(({ name }) => name !== 'truth')
      .map(({ name, n, sum }) => ({ name, n, mean: sum / n }))
      .sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1)),
  }
}

function added(a: OutcomeSums, b: OutcomeSums): OutcomeSums {
  return {
    name: a.name,
    n: a.n + b.n,
    correct: a.correct + b.correct,
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
    measured: a.measured + b.measured,
    absoluteError: a.absoluteError + b.absoluteError,
  }
}
