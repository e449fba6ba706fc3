import type { ColumnContribution } from '#core/reports/row-reasons'
import { type FittedFeatures, featureName } from '#ml/features/fitted-features'

const mostFeatures = 12

/** What each raw column adds, the largest first, from what each term adds: `parts` [terms], of a row whose terms are `row` [terms]. */
export function sumByColumn(features: FittedFeatures, parts: Float64Array, row: Float32Array): ColumnContribution[] {
  const terms = new Map<string, number[]>()
  const columns = columnPerTerm(features)
  for (const { column } of columns.names) terms.set(column, [])
  for (const [term, index] of columns.of.entries()) terms.get(columns.names[index]?.column ?? '')?.push(term)
  return sortByAmount(
    [...terms].map(([column, own]) => {
      const listed = sortByAmount(own.map((term) => ({ term, contribution: parts[term] ?? 0 })))
        .slice(0, mostFeatures)
        .filter(({ contribution }) => contribution !== 0)
      const contribution = own.reduce((sum, term) => sum + (parts[term] ?? 0), 0)
      return {
        column,
        contribution,
        standardError: null,
        features: listed.map(({ term, contribution }) => ({
          name: featureName(features, term),
          contribution,
          isAbsent: row[term] === 0 && columns.names[columns.of[term] ?? 0]?.saysPresence === true,
        })),
        others: {
          count: own.length - listed.length,
          contribution: contribution - listed.reduce((sum, each) => sum + each.contribution, 0),
        },
      }
    }),
  )
}

/** Largest amounts first, whatever their sign; of equal ones the earlier. */
export function sortByAmount<T extends { contribution: number }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

type Names = { column: string; saysPresence: boolean }[]

/** Which block each term comes from, and the raw column that the block reads. */
function columnPerTerm({ blocks, kept, terms }: FittedFeatures): { names: Names; of: Int32Array } {
  const names = blocks.flatMap((block): Names => {
    switch (block.kind) {
      // of components nobody knows the columns apart: explainRow goes by whole columns there
      case 'components':
      case 'selection':
        return []
      case 'number':
        return [{ column: block.source.column, saysPresence: false }]
      case 'vectors':
        return [{ column: block.name, saysPresence: false }]
      case 'category':
        return [{ column: block.name, saysPresence: block.encoding === 'one-hot' }]
      default:
        return [{ column: block.name, saysPresence: block.kind === 'text' || block.kind === 'list' }]
    }
  })
  const placed = blocks.filter(({ kind }) => kind !== 'selection' && kind !== 'components')
  const byPlace = new Int32Array(placed.reduce((sum, block) => sum + block.terms, 0))
  for (const [i, { offset, terms: width }] of placed.entries()) byPlace.fill(i, offset, offset + width)
  return { names, of: Int32Array.from({ length: terms }, (_, term) => byPlace[kept ? (kept[term] ?? 0) : term] ?? 0) }
}
