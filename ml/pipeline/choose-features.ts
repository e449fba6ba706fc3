import { AppError } from '#core/errors/app-error'
import { type Estimator, estimators, learnsFromAnswers } from '#core/estimators/estimators'
import type { FeatureStep, Plan } from '#core/ports/plan'
import { deriveFeatures } from '#ml/features/derive-plan'
import type { TrainColumns } from './data'

/** The plan's feature steps, or ones derived from the columns, with what there is to say about it. */
export function chooseFeatures(
  columns: TrainColumns,
  plan: Plan,
  targetName: string,
  estimator: Estimator,
): { steps: FeatureStep[]; notes: string[] } {
  // steps that read all features before them, whatever these are
  const selections = plan.features.filter((step) => step.kind === 'selection' || step.kind === 'components')
  if (plan.features.length > selections.length) {
    const leak = plan.features.find((step) => step.columns.includes(targetName))
    if (!leak) {
      refuseUnreadable(plan.features, estimator)
      refuseSupervised(plan.features, estimator)
      return { steps: plan.features, notes: [] }
    }
    const isTarget = learnsFromAnswers(estimator.kind)
    throw new AppError('bad_params', {
      detail: isTarget
        ? `The column "${targetName}" is the target, so it cannot be a feature: remove it from the ${leak.kind} features.`
        : `The model's answers are to be called "${targetName}", and a column of that name is a feature: give the answers another name, or remove it from the ${leak.kind} features.`,
      hint: { column: targetName, param: 'columns' },
    })
  }
  const { [targetName]: _target, ...others } = columns
  refuseSupervised(selections, estimator)
  // components read no missing values and no whole categories, and any number of words
  const hasComponents = selections.some((step) => step.kind === 'components')
  const { features, notes } = deriveFeatures(others, hasComponents ? {} : estimators[estimator.kind])
  if (features.length > 0) return { steps: [...features, ...selections], notes }
  throw new AppError('bad_input', {
    detail: `No column of the table can be a feature. ${notes.join(' ')}`.trim(),
    hint: { fix: { label: 'Add text features', kind: 'insert-stage', value: 'text-features' } },
  })
}

/** Missing numbers and whole categories are for those that read raw columns. */
function refuseUnreadable(steps: readonly FeatureStep[], { kind }: Estimator): void {
  const { name, readsRaw } = estimators[kind]
  const step = steps.find(
    (each) =>
      ((each.kind === 'number' || each.kind === 'date') && each.impute === 'none') ||
      ((each.kind === 'category' || each.kind === 'cross') && each.encoding === 'codes'),
  )
  if (readsRaw || !step) return
  const [what, mend, param] =
    step.kind === 'number'
      ? ['missing values', 'Let a missing value become the median', 'impute']
      : step.kind === 'date'
        ? ['missing values', 'Let a missing date become the mean', 'impute']
        : ['whole categories', 'Make them one-hot', 'encoding']
  throw new AppError('bad_params', {
    detail: `A ${name} model cannot read ${what}, as the ${step.kind} features of ${step.columns.join(', ')} leave them. ${mend}, or train gradient boosting.`,
    hint: { column: step.columns[0] ?? '', param },
  })
}

/** Some steps learn from right answers, which an estimator of clusters or anomalies has none of. */
function refuseSupervised(steps: readonly FeatureStep[], { kind }: Estimator): void {
  if (learnsFromAnswers(kind)) return
  for (const step of steps) {
    if (step.kind === 'selection' && step.method !== 'variance') {
      throw new AppError('bad_params', {
        detail: `The feature selection by ${step.method} looks at right answers, and ${estimators[kind].name} has none: choose variance in the feature selection stage.`,
        hint: { param: 'method' },
      })
    }
    if ((step.kind === 'category' || step.kind === 'cross') && step.encoding === 'target') {
      throw new AppError('bad_params', {
        detail: `The ${step.kind} features of ${step.columns.join(', ')} are means of right answers, and ${estimators[kind].name} has none: make them one-hot.`,
        hint: { column: step.columns[0] ?? '', param: 'encoding' },
      })
    }
  }
}
