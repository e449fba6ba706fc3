import { AppError } from '#core/errors/app-error'
import type { ReportValue, TableValue } from '#core/ports/kinds'
import type { SelectionStep } from '#core/ports/plan'
import type { FeaturesReport } from '#core/reports/features'
import { reportFigures } from '#core/reports/figures'
import { identifier } from '#core/sql/quote'
import { formatNumber } from '#core/words/format'
import type { Answers } from '#ml/features/answers'
import { deriveFeatures } from '#ml/features/derive-plan'
import { describeFeatures } from '#ml/features/describe-features'
import { textsOf } from '#ml/features/raw-columns'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { codeLabels } from '#ml/pipeline/labels'
import type { StageContext } from './define'
import { readPlanVectors } from './word-vectors'

/** What is looked at: enough for a picture, little enough for a second of work whatever the table holds. */
const most = { rows: 2_000, chars: 2_000 }

/**
 * The table, and what the last feature step of its plan makes, fitted on evenly spaced rows of it. `against` names the column
 * whose answers a selection scores, or is empty. A sample that cannot be described is no reason to fail: the log says why,
 * and there is no report.
 */
export async function withDescription(
  table: TableValue,
  ctx: StageContext,
  against = '',
): Promise<{ table: TableValue; report?: ReportValue }> {
  if (table.rows === 0) return { table }
  const described = await describeLast(table, against, ctx).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code === 'cancelled') throw error
    ctx.log('warn', `What these features look like cannot be shown: ${error.message}`)
    return null
  })
  return described ? { table, report: await ctx.report('What it makes', described, reportFigures(described)) } : { table }
}

async function describeLast(table: TableValue, against: string, ctx: StageContext): Promise<FeaturesReport> {
  const { features } = table.plan
  const last = features.at(-1)
  if (!last) throw new TypeError('A plan without features has no last step to describe.')
  const readsAll = last.kind === 'selection' || last.kind === 'components'
  const named = readsAll ? features.flatMap((step) => step.columns) : last.columns
  const isDerived = readsAll && named.length === 0
  const all = table.columns.filter(({ name, type }) => name !== against && type !== 'timestamp').map(({ name }) => name)
  const names = [...new Set(isDerived ? all : named)]
  const { columns, isCut } = await readSample(table, names, against, ctx)
  const answers = against === '' ? undefined : columns[against]
  const known: TrainColumns = Object.fromEntries(Object.entries(columns).filter(([name]) => names.includes(name)))
  const steps = readsAll ? [...(isDerived ? deriveFeatures(known).features : []), ...features] : [last]
  const made = await describeFeatures({
    columns: known,
    steps,
    answers: answers && last.kind === 'selection' ? { name: against, answers: answersOf(answers, against, last.method) } : null,
    vectors: await readPlanVectors(table.plan, ctx),
    signal: ctx.signal,
  })
  const sampled = Object.values(columns)[0]?.values.length ?? 0
  return {
    report: 'features',
    rows: table.rows,
    sampled,
    ...made,
    notes: [...made.notes, ...(isCut ? [`Of longer texts the first ${formatNumber(most.chars)} characters were looked at.`] : [])],
  }
}

/** Evenly spaced rows; of those without an answer in `against`, where it is a column, none. */
async function readSample(
  table: TableValue,
  named: readonly string[],
  against: string,
  ctx: StageContext,
): Promise<{ columns: TrainColumns; isCut: boolean }> {
  const names = against === '' ? named : [...new Set([...named, against])]
  const step = Math.ceil(table.rows / most.rows)
  const texts = new Set(table.columns.filter(({ type }) => type === 'text').map(({ name }) => name))
  const values = names.map((name) =>
    texts.has(name) ? `left(${identifier(name)}, ${most.chars}) AS ${identifier(name)}` : identifier(name),
  )
  const { artifact } = await ctx.tables.query(
    `SELECT ${values.join(', ')} FROM (SELECT *, row_number() OVER () - 1 AS stageline_row FROM t)
     WHERE stageline_row % ${step} = 0${against === '' ? '' : ` AND CAST(${identifier(against)} AS VARCHAR) <> ''`} ORDER BY stageline_row`,
    { t: table.artifact },
  )
  const columns = await ctx.tables.read(artifact, names)
  const isCut = Object.values(columns).some((column) => column.type === 'text' && column.values.some(({ length }) => length >= most.chars))
  return { columns, isCut }
}

/** Only an F-test reads numbers as numbers; anything else takes them for names of classes, as a classifier does. */
function answersOf(column: TrainColumn, name: string, method: SelectionStep['method']): Answers {
  return column.type === 'number' && method === 'f-test' ? { y: column.values, classes: null } : codeLabels(textsOf(column), name)
}
