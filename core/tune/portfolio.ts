import type { Task } from '#core/estimators/define'
import { type Estimator, type EstimatorKind, estimatorSchema, estimators } from '#core/estimators/estimators'

/** An estimator with settings that often do well, under the name by which a leaderboard calls it. */
export type Candidate = { name: string; estimator: Estimator }

type Entry = [kind: EstimatorKind, params?: Record<string, unknown>, words?: string]

/**
 * What is tried where nobody knows yet which estimator suits: a static portfolio (the idea of Feurer et al. 2022,
 * "Auto-sklearn 2.0"), here put together by hand. First the strongest of each family, then others as unlike them as can be,
 * so that a search cut short has seen every family.
 */
const portfolios: Record<Task, readonly Entry[]> = {
  classification: [
    ['gradient-boosting'],
    ['logistic-regression'],
    ['random-forest'],
    ['naive-bayes'],
    ['linear-svm'],
    ['extra-trees'],
    ['gradient-boosting', { learningRate: 0.03, trees: 400, leaves: 15 }, 'slow and small trees'],
    ['logistic-regression', { c: 0.5 }, 'simple'],
    ['neural-network'],
    ['logistic-regression', { c: 100 }, 'close'],
    ['nearest-neighbours', { k: 15, weighting: 'distance' }, '15 by distance'],
    ['gradient-boosting', { learningRate: 0.1, trees: 300, leaves: 63, minRows: 5 }, 'large trees'],
    ['random-forest', { trees: 200, minRows: 5 }, 'smooth'],
    ['linear-svm', { c: 0.1 }, 'simple'],
    ['naive-bayes', { variant: 'multinomial', alpha: 1 }, 'multinomial'],
    ['gaussian-naive-bayes'],
    ['neural-network', { hidden: 128, layers: 2 }, 'two layers'],
    ['logistic-regression', { balanced: true }, 'balanced'],
  ],
  regression: [
    ['gradient-boosting-regression'],
    ['linear-regression'],
    ['random-forest-regression'],
    ['gradient-boosting-regression', { learningRate: 0.03, trees: 400, leaves: 15 }, 'slow and small trees'],
    ['linear-regression', { alpha: 100 }, 'simple'],
    ['linear-regression', { penalty: 'lasso', alpha: 0.01 }, 'lasso'],
    ['random-forest-regression', { trees: 200, minRows: 5 }, 'smooth'],
    ['gradient-boosting-regression', { trees: 300, leaves: 63, minRows: 5 }, 'large trees'],
    ['gradient-boosting-regression', { loss: 'absolute' }, 'median'],
  ],
}

/** Candidates of a task in the order of their promise; of some kinds only, where they are named. */
export function portfolioOf(task: Task, kinds: readonly EstimatorKind[] = []): Candidate[] {
  return portfolios[task]
    .filter(([kind]) => kinds.length === 0 || kinds.includes(kind))
    .map(([kind, params = {}, words]) => ({
      name: words === undefined ? estimators[kind].name : `${estimators[kind].name}, ${words}`,
      estimator: estimatorSchema.parse({ kind, ...params }),
    }))
}
