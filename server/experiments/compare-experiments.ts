import { AppError } from '#core/errors/app-error'
import type { ComparedExperiment } from '#core/experiments/views'
import type { Report } from '#core/reports/report'
import { type ExperimentRow, listExperimentsById } from '#db/queries/experiments'
import { readReport } from '#server/artifacts/read-report'
import type { House } from '#server/house'
import { describeExperiments, experimentTypes } from './describe-experiments'

type Of = Pick<House, 'db' | 'artifacts'>

/** Experiments with what is drawn of each, in the order asked for. Throws when one is not there any more. */
export async function compareExperiments({ db, artifacts }: Of, ids: readonly string[]): Promise<ComparedExperiment[]> {
  const rows = await getExperiments(db, ids)
  const experiments = await describeExperiments(db, rows)
  return Promise.all(
    experiments.map(async (experiment, i) => {
      const kept = (rows[i]?.reports ?? []).map(({ value }) => readReport(artifacts, value.artifact))
      const reports = (await Promise.all(kept)).filter((report) => report !== null)
      const training = reports.find((report) => report.report === 'training')
      return { ...experiment, loss: training?.report === 'training' ? training.loss : [], classes: classesOf(reports) }
    }),
  )
}

/** The rows of these experiments, in the order asked for. */
export async function getExperiments(db: House['db'], ids: readonly string[]): Promise<ExperimentRow[]> {
  const rows = await listExperimentsById(db, { types: experimentTypes, ids })
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id)
    if (!row)
      throw new AppError('not_found', { detail: 'One of these experiments is not there any more. Choose again on the page Experiments.' })
    return row
  })
}

function classesOf(reports: readonly Report[]): ComparedExperiment['classes'] {
  const evaluated = reports.find((report) => report.report === 'classification')
  if (evaluated?.report === 'classification') return { source: 'evaluation', perClass: evaluated.perClass }
  const folds = reports.find((report) => report.report === 'cross-validation')
  return folds?.report === 'cross-validation' ? { source: 'cross-validation', perClass: folds.pooled.perClass } : null
}
