import { type Estimator, type EstimatorKind, estimatorSchema, estimators } from '#core/estimators/estimators'
import type { FeatureStep } from '#core/ports/plan'
import { seededRandom } from '#ml/estimators/random'
import { numberColumn, textColumn, textStep } from '#ml/onnx/testing'
import type { TrainColumns } from '#ml/pipeline/data'
import { fitPipeline } from '#ml/pipeline/fit'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'

/** Made-up tickets: a text, a category, two numbers, a date, and what became of them. */
export function tickets(rows: number, seed = 3): { columns: TrainColumns; outcome: string[]; hours: Float64Array } {
  const random = seededRandom(seed)
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? ''
  const words = ['refund', 'late', 'broken', 'thanks', 'please', 'Überweisung', 'card', 'again', 'parcel', 'x_1']
  const plans = ['basic', 'plus', 'pro', '']
  const texts: string[] = []
  const columns = { plan: [] as string[], age: [] as number[], amount: [] as number[], opened: [] as string[] }
  const outcome: string[] = []
  const hours: number[] = []
  for (let row = 0; row < rows; row++) {
    const text = Array.from({ length: 2 + Math.floor(random() * 6) }, () => pick(words)).join(' ')
    const [plan, age, amount] = [pick(plans), Math.floor(random() * 60), random() < 0.1 ? Number.NaN : random() * 200 - 50]
    const score = (text.includes('refund') ? 2 : 0) + (text.includes('broken') ? 1 : 0) + (plan === 'pro' ? -1.5 : 0) + age / 30
    texts.push(text)
    columns.plan.push(plan)
    columns.age.push(age)
    columns.amount.push(amount)
    columns.opened.push(`2024-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}`)
    outcome.push(score + random() > 2.4 ? 'escalated' : score + random() > 1.2 ? 'answered' : 'closed')
    hours.push(10 + 5 * score + (Number.isNaN(amount) ? 0 : amount / 20) + random())
  }
  return {
    columns: {
      text: textColumn(texts),
      plan: textColumn(columns.plan),
      age: numberColumn(columns.age),
      amount: numberColumn(columns.amount),
      opened: textColumn(columns.opened),
    },
    outcome,
    hours: Float64Array.from(hours),
  }
}

const scaled = { indicator: false, scale: 'standard' } as const

/** Feature steps over the tickets, of every kind that a model of weights reads. */
export const ticketSteps: FeatureStep[] = [
  textStep({ chars: { min: 2, max: 3 }, maxTerms: 60 }),
  { kind: 'category', columns: ['plan'], minRows: 1, maxValues: 3, encoding: 'one-hot' },
  { kind: 'number', columns: ['age'], impute: 'median', ...scaled },
  { kind: 'number', columns: ['amount'], impute: 'mean', indicator: true, scale: 'quantile' },
  { kind: 'date', columns: ['opened'], parts: ['month'], cyclic: true, ageTo: 'latest', impute: 'mean', ...scaled },
]

/** The tickets without their text, as trees read them. */
export const rawSteps: FeatureStep[] = [
  { kind: 'category', columns: ['plan'], minRows: 1, maxValues: 10, encoding: 'codes' },
  { kind: 'number', columns: ['age', 'amount'], impute: 'none', indicator: false, scale: 'none' },
]

/** An estimator with its default params but for those given. */
export function estimatorOf(kind: EstimatorKind, params: Record<string, unknown> = {}): Estimator {
  return estimatorSchema.parse({ kind, ...estimators[kind].params.parse(params) })
}

/** A pipeline trained on the tickets; two of the three outcomes are one when `classes` is 2. */
export function fitTickets(
  estimator: Estimator,
  {
    features = ticketSteps,
    rows = 240,
    classes = 3,
    calibration = 'temperature' as const,
  }: { features?: FeatureStep[]; rows?: number; classes?: 2 | 3; calibration?: 'temperature' | 'sigmoid' | 'isotonic' } = {},
): Promise<FittedPipeline> {
  const { columns, outcome, hours } = tickets(rows)
  const isRegressor = estimators[estimator.kind].task === 'regression'
  return fitPipeline({
    columns,
    target: isRegressor ? hours : outcome.map((name) => (classes === 2 && name === 'answered' ? 'closed' : name)),
    targetName: isRegressor ? 'hours' : 'outcome',
    plan: { prepare: [], features },
    estimator,
    calibration: isRegressor ? 'none' : calibration,
    seed: 11,
  })
}
