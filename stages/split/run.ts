import type { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import { formatNumber, formatShare, plural } from '#core/words/format'
import { listWords } from '../column-checks'
import { defineRun, type StageContext } from '../define'
import { countSharedRows } from '../shared-rows'
import { assignByClass, assignByGroup, assignByTime, assignRandomly, type Parts } from './assign'
import { split } from './spec'

export const run = defineRun(split, async ({ params, inputs: { table }, ctx }) => {
  if (table.rows < 2) {
    throw new AppError('bad_input', {
      detail: `The table has ${table.rows === 1 ? 'one row' : 'no rows'}; a split needs at least two. Look at what the stage before it keeps.`,
      hint: { port: 'table' },
    })
  }
  const parts = await assignRows(params, table, ctx)
  // The assignment travels as a table of one column, joined row by row: the data itself never passes through memory.
  const assignment = await ctx.tables.write([{ column: { name: 'part', type: 'integer' }, values: parts }])
  const rowsOf = async (part: number): Promise<TableValue> => ({
    kind: 'table',
    ...(await ctx.tables.query(`SELECT t.* FROM t POSITIONAL JOIN p WHERE p.part = ${part}`, {
      t: table.artifact,
      p: assignment.artifact,
    })),
    plan: table.plan,
  })

  const train = await rowsOf(0)
  const test = await rowsOf(1)
  const validation = params.validation > 0 ? await rowsOf(2) : null
  for (const [name, part] of Object.entries({ train, test })) {
    if (part.rows === 0) {
      throw new AppError('bad_params', {
        detail: `The ${name} part would be empty: ${table.rows} rows cannot be cut this way. Change the shares, or bring more ${params.method === 'group' ? 'groups' : 'rows'}.`,
        hint: { param: 'test' },
      })
    }
  }
  await sayDuplicates(table, { train, others: validation ? [test, validation] : [test] }, ctx)
  ctx.figure({ value: train.rows, label: `train, ${test.rows.toLocaleString('en')} test` })
  return validation ? { train, test, validation } : { train, test }
})

/** Rows that are tested after an equal one was trained on make a model look better than it is. Looks at what the features read, if any are planned. */
async function sayDuplicates(
  { plan, columns }: TableValue,
  { train, others }: { train: TableValue; others: TableValue[] },
  ctx: StageContext,
) {
  const planned = new Set(plan.features.flatMap((step) => step.columns))
  const names = columns.map(({ name }) => name).filter((name) => planned.size === 0 || planned.has(name))
  let shared = 0
  for (const part of others) shared += await countSharedRows(part, train.artifact, names, ctx)
  if (shared === 0) return
  const rows = others.reduce((sum, part) => sum + part.rows, 0)
  const where = planned.size === 0 ? '' : ` in ${listWords(names, 5)}`
  ctx.log(
    'warn',
    `${plural(shared, 'row')} of ${formatNumber(rows)} kept away from training (${formatShare(shared / rows)}) ${shared === 1 ? 'equals' : 'equal'} a training row${where}, so a model may know the answer by heart: insert Dedupe before Split, or split by group.`,
  )
}

async function assignRows(params: z.output<typeof split.params>, table: TableValue, ctx: StageContext): Promise<Parts> {
  switch (params.method) {
    case 'random':
      return assignRandomly(table.rows, params, ctx.random)
    case 'stratified':
      return assignByClass(await readKeys('label', params.label, table, ctx), params, ctx.random)
    case 'group':
      return assignByGroup(await readKeys('group', params.group, table, ctx), params, ctx.random)
    case 'time': {
      const { [params.time]: column } = await ctx.tables.read(table.artifact, [columnIn(table, 'time', params.time)])
      if (column?.type !== 'number') {
        throw new AppError('bad_params', {
          detail: `Column "${params.time}" is text, not a time; choose a timestamp or number column.`,
          hint: { param: 'time', column: params.time },
        })
      }
      return assignByTime(column.values, params)
    }
  }
}

async function readKeys(param: 'label' | 'group', name: string, table: TableValue, ctx: StageContext): Promise<string[]> {
  const { [name]: column } = await ctx.tables.read(table.artifact, [columnIn(table, param, name)])
  if (!column) return []
  return column.type === 'text' ? column.values : Array.from(column.values, String)
}

function columnIn(table: TableValue, param: string, name: string): string {
  if (table.columns.some((column) => column.name === name)) return name
  throw new AppError('bad_params', {
    detail:
      name === ''
        ? `Choose the ${param} column.`
        : `There is no column "${name}"; there are ${table.columns.map((c) => c.name).join(', ')}.`,
    hint: { param, column: name },
  })
}
