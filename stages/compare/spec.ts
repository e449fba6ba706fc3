import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'
import { judgedTarget } from '../judged-target'

const nameOf = (letter: string, which: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(40)
    .default(letter)
    .meta({ title: `Name of the ${which}`, description: 'What the report calls it.', example: 'boosted trees' })

/** The ports that bring predictions, with the param that names each. */
export const comparedPorts = ['first', 'second', 'third', 'fourth'] as const

/** Holds evaluated models against each other on the same rows, and says whether the better one is so by more than chance. */
export const compare = defineStage({
  type: 'compare',
  version: 1,
  title: 'Compare',
  summary: 'Says whether one model is better than another by more than chance',
  category: 'validate',
  icon: 'git-compare',
  keywords: ['mcnemar', 'bootstrap', 'significance', 'a/b', 'challenger', 'difference', 'versus', 'permutation test'],
  params: z.object({
    target: judgedTarget,
    first: nameOf('A', 'first'),
    second: nameOf('B', 'second'),
    third: nameOf('C', 'third'),
    fourth: nameOf('D', 'fourth'),
  }),
  inputs: {
    first: { kind: 'table', label: 'Predictions of the first' },
    second: { kind: 'table', label: 'Predictions of the second' },
    third: { kind: 'table', label: 'Predictions of the third', optional: true },
    fourth: { kind: 'table', label: 'Predictions of the fourth', optional: true },
  },
  outputs: { report: { kind: 'report', label: 'Comparison' } },
  describe: ({ first, second }) => `${second} against ${first} on the same rows`,
  check: ({ target, ...names }, inputs) => [
    ...checkColumn('target', target, inputs.first, { what: 'the column with the right answers' }),
    ...comparedPorts.flatMap((port, i) =>
      comparedPorts.slice(0, i).some((earlier) => names[earlier] === names[port])
        ? [{ param: port, message: `Two models are called "${names[port]}"; give each a name of its own.` }]
        : [],
    ),
  ],
})
