import { z } from 'zod'
import type { SmallerResult } from '#core/model/smaller'
import type { ModelValue, ReportValue, TableValue } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import { findEvaluationTable } from '#db/queries/model-outputs'
import { getModelVersion } from '#db/queries/model-versions'
import type { House } from '#server/house'
import { versionValue } from '#server/registry/version-value'
import { tableColumns } from '#server/tables/preview-table'
import type { StageContext } from '#stages/define'
import { run as evaluateRun } from '#stages/evaluate/run'
import { evaluate } from '#stages/evaluate/spec'
import { makeSmaller } from '#stages/make-smaller'
import { rowsToMeasure } from '#stages/rows-to-measure'
import type { JobHandler } from './handler'
import { openJobContext } from './job-context'

const inputSchema = z.object({ model: z.string(), version: z.int() })

type Version = Awaited<ReturnType<typeof getModelVersion>>

/** Writes a registered model in int8 and measures it beside the version as it is. Registers nothing: a person looks at the figures first. */
export const quantiseModel: JobHandler = async ({ house, input, progress }) => {
  const { model: name, version: number } = inputSchema.parse(input)
  const version = await getModelVersion(house.db, { model: name, number })
  const title = `${name}@${number}`
  const context = await openJobContext(house, { type: 'register', title, seed: 0, progress })
  try {
    const { ctx } = context
    const model = versionValue(version)
    const rows = await rowsToMeasure(model, await candidatesOf(house, version, ctx), ctx)
    const { file, measured } = await makeSmaller(model, rows, ctx)
    progress(90, 100, 'Evaluating')
    const report = rows.on === 'evaluation' ? await reportOf({ ...model, ...file }, rows.table, ctx) : null
    return { model: name, version: number, ...file, measured, report } satisfies SmallerResult
  } finally {
    await context.close()
  }
}

/** The tables of the version's own evaluation and of its sample, as far as they are still there. */
async function candidatesOf({ db, artifacts }: House, { lineage, report, sample }: Version, ctx: StageContext) {
  const evaluation = lineage.runId && report ? await findEvaluationTable(db, { runId: lineage.runId, report }) : null
  const hasEvaluation = evaluation !== null && (await artifacts.has(evaluation.artifact))
  return {
    evaluation: hasEvaluation ? evaluation : undefined,
    sample: sample !== null && (await artifacts.has(sample)) ? await sampleTable(artifacts, sample, ctx) : undefined,
  }
}

/** What the rows have been through is not known: prepare steps change nothing in rows that are clean. */
async function sampleTable(artifacts: House['artifacts'], artifact: string, { tables }: StageContext): Promise<TableValue> {
  const [counted] = await tables.rows<{ n: number }>('SELECT count(*) AS n FROM t', { t: artifact })
  const columns = await tableColumns(artifacts, artifact)
  return { kind: 'table', artifact, rows: counted?.n ?? 0, bytes: 0, columns, stats: artifact, plan: emptyPlan }
}

async function reportOf(model: ModelValue, table: TableValue, ctx: StageContext): Promise<ReportValue> {
  return (await evaluateRun({ params: evaluate.params.parse({}), inputs: { model, table }, ctx })).report
}
