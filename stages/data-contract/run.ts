import { AppError } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import type { ContractReport } from '#core/reports/report'
import { identifier } from '#core/sql/quote'
import { defineRun, type StageContext } from '../define'
import { brokenSql, ruleWords } from './rule-sql'
import { dataContract, type Rule } from './spec'

type Checked = ContractReport['rules'][number] & { sql: string }

const examples = 5

export const run = defineRun(dataContract, async ({ params: { rules }, inputs: { table }, ctx }) => {
  const checked: Checked[] = []
  for (const [index, rule] of rules.entries()) {
    ctx.signal.throwIfAborted()
    ctx.progress(index, rules.length, ruleWords(rule))
    checked.push(await checkRule(rule, index, table, ctx))
  }
  const aside = checked.filter(({ holds, level }) => !holds && level === 'quarantine').map(({ sql }) => `(${sql})`)
  const good = aside.length === 0 ? table : await rowsWhere(`NOT coalesce(${aside.join(' OR ')}, false)`)
  const quarantine = await rowsWhere(aside.length === 0 ? 'false' : aside.join(' OR '))
  for (const { holds, sentence, level } of checked) if (!holds) ctx.log(level === 'fail' ? 'error' : 'warn', sentence)
  const failed = checked.filter(({ holds, level }) => !holds && level === 'fail')
  if (failed.length > 0) {
    const [first] = failed
    throw new AppError('contract_failed', {
      detail: `${first?.sentence}${failed.length > 1 ? ` ${failed.length - 1} more rules are broken; the log lists them.` : ''} Mend the data, or set the rule to warn or quarantine.`,
      hint: { port: 'table', param: `rules.${first ? checked.indexOf(first) : 0}`, ...(first?.column && { column: first.column }) },
    })
  }
  const holding = checked.filter(({ holds }) => holds).length
  ctx.figure({ value: quarantine.rows, label: quarantine.rows === 1 ? 'row held back' : 'rows held back' })
  const report = await ctx.report(
    'Data contract',
    { report: 'contract', rows: table.rows, kept: good.rows, heldBack: quarantine.rows, rules: checked.map(({ sql: _, ...rule }) => rule) },
    [
      { name: 'rules', value: checked.length },
      { name: 'rules that hold', value: holding },
      { name: 'rows held back', value: quarantine.rows },
    ],
  )
  return { table: good, quarantine, report }

  /** Rows in their order; the conditions may look at windows of rows, which come back in any order. */
  async function rowsWhere(where: string): Promise<TableValue> {
    const rows = await ctx.tables.query(
      `SELECT * EXCLUDE (stageline_row, stageline_kept)
       FROM (SELECT *, ${where} AS stageline_kept FROM (SELECT *, row_number() OVER () AS stageline_row FROM t))
       WHERE stageline_kept ORDER BY stageline_row`,
      { t: table.artifact },
    )
    return { kind: 'table', ...rows, plan: table.plan }
  }
})

async function checkRule(rule: Rule, index: number, table: TableValue, ctx: StageContext): Promise<Checked> {
  const words = ruleWords(rule)
  const base = { rule: words, column: rule.rule === 'rows' ? null : rule.column, level: rule.level }
  const verdict = (holds: boolean, broken: number, sentence: string, sql = 'false', shown: Checked['examples'] = []): Checked => ({
    ...base,
    holds,
    broken,
    sentence: holds ? `It holds that ${words}.` : sentence,
    examples: shown,
    sql,
  })
  if (rule.rule === 'rows') {
    const holds = (rule.min === null || table.rows >= rule.min) && (rule.max === null || table.rows <= rule.max)
    return verdict(holds, holds ? 0 : table.rows, `The contract says ${words}, but there are ${table.rows}.`)
  }
  const column = table.columns.find(({ name }) => name === rule.column)
  if (!column) {
    if (rule.rule === 'present' || rule.level === 'warn') return verdict(false, table.rows, `There is no column "${rule.column}".`)
    throw new AppError('contract_failed', {
      detail: `There is no column "${rule.column}", of which the contract says that ${words}. The table has ${table.columns
        .map(({ name }) => name)
        .slice(0, 20)
        .join(', ')}.`,
      hint: { param: `rules.${index}.column`, column: rule.column, port: 'table' },
    })
  }
  const sql = brokenSql(rule, column)
  const flagged = `SELECT stageline_row AS r, ${identifier(column.name)} AS v, coalesce(${sql}, false) AS broken FROM (SELECT *, row_number() OVER () AS stageline_row FROM t)`
  const inputs = { t: table.artifact }
  const [count] = await ctx.tables
    .rows<{ n: number }>(`SELECT count(*) FILTER (broken) AS n FROM (${flagged})`, inputs)
    .catch((cause: unknown) => {
      throw new AppError('bad_params', {
        detail: `The rule that ${words} cannot be checked: ${cause instanceof Error ? cause.message.split('\n')[0] : 'unknown reason'}.`,
        hint: { param: `rules.${index}`, column: column.name },
        cause,
      })
    })
  const broken = Number(count?.n ?? 0)
  const holds = rule.rule === 'missing' ? broken <= rule.maxShare * table.rows : broken === 0
  if (holds) return verdict(true, broken, '')
  const shown = await ctx.tables.rows<{ r: number; v: unknown }>(
    `SELECT r, CAST(v AS VARCHAR) AS v FROM (${flagged}) WHERE broken ORDER BY r LIMIT ${examples}`,
    inputs,
  )
  const first = shown[0]
  const example = first ? `, first in row ${first.r}${rule.rule === 'missing' ? '' : ` ("${String(first.v).slice(0, 40)}")`}` : ''
  return verdict(
    false,
    broken,
    `The contract says that ${words}; ${broken} of ${table.rows} rows break it${example}.`,
    sql,
    shown.map(({ r, v }) => ({ row: Number(r), value: v === null ? 'missing' : String(v).slice(0, 200) })),
  )
}
