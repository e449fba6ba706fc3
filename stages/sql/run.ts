import type { Column } from '#core/ports/columns'
import type { FeatureStep, Plan, PrepareStep } from '#core/ports/plan'
import { defineRun } from '../define'
import { sql } from './spec'

export const run = defineRun(sql, async ({ params, inputs: { a, b, c }, ctx }) => {
  const inputs = { a: a.artifact, ...(b && { b: b.artifact }), ...(c && { c: c.artifact }) }
  const result = await ctx.tables.query(params.sql, inputs, { sandbox: true })
  ctx.figure({ value: result.rows, label: result.rows === 1 ? 'row' : 'rows' })
  return { table: { kind: 'table', ...result, plan: planFor(a.plan, result.columns) } }
})

/** The plan of `a`, without the columns that the SELECT left out. */
function planFor(plan: Plan, columns: readonly Column[]): Plan {
  const names = new Set(columns.map(({ name }) => name))
  const keep = <S extends FeatureStep | Exclude<PrepareStep, { kind: 'fill' }>>(step: S): S[] => {
    const left = step.columns.filter((name) => names.has(name))
    const needed = step.kind === 'selection' ? 0 : step.kind === 'cross' ? 2 : 1
    return left.length < needed ? [] : [{ ...step, columns: left }]
  }
  return {
    prepare: plan.prepare.flatMap((step): PrepareStep[] => {
      if (step.kind !== 'fill') return keep(step)
      const values = Object.fromEntries(Object.entries(step.values).filter(([name]) => names.has(name)))
      return Object.keys(values).length === 0 ? [] : [{ ...step, values }]
    }),
    features: plan.features.flatMap((step): FeatureStep[] => keep(step)),
  }
}
