import { AppError } from '#core/errors/app-error'
import { findFigure, reportClasses, reportFigures } from '#core/reports/figures'
import { type GateReport, type Report, reportSchema } from '#core/reports/report'
import { listWords } from '../column-checks'
import { defineRun } from '../define'
import { type GateCheck, gate } from './spec'

type CheckResult = GateReport['checks'][number]

export const run = defineRun(gate, async ({ params, inputs, ctx }) => {
  if (params.checks.length === 0) {
    throw new AppError('bad_params', { detail: 'Add at least one check, for example accuracy >= 0.9.', hint: { param: 'checks' } })
  }
  const report = reportSchema.parse(JSON.parse(new TextDecoder().decode(await ctx.artifacts.read(inputs.report.artifact))))
  const checks = params.checks.map((check) => judge(check, report))
  checks.forEach((check, index) => {
    ctx.log(check.passes ? 'info' : 'warn', `${sentence(check)}: ${check.passes ? 'holds' : 'does not hold'}`)
    if (check.value === null) throw unknownMetric(check, index, report, inputs.report.title)
  })

  const failed = checks.filter((check) => !check.passes)
  if (failed.length > 0) {
    throw new AppError('gate_failed', {
      detail: `${failed.map(sentence).join('; ')}. What follows was not run. Improve the model, or change the limit if it asks too much.`,
      hint: { param: `checks.${checks.findIndex((check) => !check.passes)}.limit`, port: 'report' },
    })
  }
  ctx.figure({ value: `${checks.length} of ${checks.length}`, label: 'checks hold' })
  const verdict = await ctx.report('Gate', { report: 'gate', passes: true, checks })
  return inputs.model ? { report: verdict, model: inputs.model } : { report: verdict }
})

function judge(check: GateCheck, report: Report): CheckResult {
  const value = findFigure(report, check.metric)
  const passes = value !== null && (check.operator === '>=' ? value >= check.limit : value <= check.limit)
  return { ...check, value, passes }
}

/** "recall[spam] is 0.8712; it must be >= 0.9" */
function sentence({ metric, value, operator, limit }: CheckResult): string {
  return `${metric} is ${value === null ? 'unknown' : Number(value.toFixed(4))}; it must be ${operator} ${limit}`
}

function unknownMetric(check: CheckResult, index: number, report: Report, title: string): AppError {
  const classes = reportClasses(report)
  const asked = /\[(.+)\]$/.exec(check.metric)?.[1]
  const why =
    asked !== undefined && classes.length > 0 && !classes.includes(asked)
      ? `there is no class "${asked}"; the classes are ${listWords(classes)}`
      : `it has ${listWords(
          reportFigures(report).map((figure) => figure.name),
          12,
        )}`
  return new AppError('bad_params', {
    detail: `The report "${title}" does not say ${check.metric}: ${why}.`,
    hint: { param: `checks.${index}.metric`, port: 'report' },
  })
}
