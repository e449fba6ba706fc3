import type { EstimatorParams } from '#core/estimators/estimators'
import type { Fit, FitContext, Rows } from '#ml/estimators/contract'
import { openPace, type Pace } from '#ml/estimators/pace'
import type { FactorModel } from '#ml/models/factors'
import type { UnseenModel } from '#ml/models/unseen'
import { easeWeights } from './ease'
import { fitAls, gramOfFactors } from './implicit-als'
import { itemSimilarities } from './item-item'
import { popularityLogits, popularityTies, usersPerItem } from './popularity'

/** Of conjugate gradients: few while users and items still move (Takacs et al. 2011), enough to be exact for a user at the end. */
const stepsOfTraining = 3
const stepsOfFolding = 12

type Params = EstimatorParams<'recommender'>
type Learned = { model: UnseenModel['model']; objective: number[] }

/**
 * Learns to recommend: a row is a user, a term an item, and a value above 0 how strong their interaction is. The model has an
 * output per item and scores lists of items, which hold 1 or nothing. Of items that it scores alike the more popular come
 * first. Throws AppError that names the param when the algorithm cannot take so many items.
 */
export async function fitRecommender(params: Params, data: Rows, { seed, signal, onShare }: FitContext): Promise<Fit<UnseenModel>> {
  const pace = openPace(signal)
  await pace.pause()
  const { model, objective } = await learn(params, data, { seed, pace, onShare })
  const { rows, terms } = data.x
  return {
    state: { shape: 'unseen', model, terms, outputs: terms },
    loss: objective.map((loss, i) => ({ epoch: i + 1, loss: loss / rows })),
    notes: isNothing(model)
      ? [
          `Regularisation ${params.regularisation} has left no factors, so the model recommends what is popular to everybody: make it smaller.`,
        ]
      : [],
  }
}

/** The square of a factor that has come to nothing is smaller. */
const nothing = 1e-6

const isNothing = (model: UnseenModel['model']): boolean =>
  model.shape === 'factors' && model.size > 0 && model.factors.every((value) => value ** 2 < nothing)

/** Recommends to everybody what most users have. `users` of each item. */
export function popularityModel(users: Float64Array): UnseenModel {
  const terms = users.length
  return { shape: 'unseen', model: popularityScores(users), terms, outputs: terms }
}

type Context = Pick<FitContext, 'seed' | 'onShare'> & { pace: Pace }

async function learn(params: Params, data: Rows, { seed, pace, onShare }: Context): Promise<Learned> {
  const users = usersPerItem(data)
  const terms = users.length
  const ends = { bias: popularityTies(users), terms, outputs: terms }
  switch (params.algorithm) {
    case 'popularity':
      return { model: popularityScores(users), objective: [] }
    case 'ease':
      return { model: { shape: 'linear', weights: await easeWeights(data, params.l2, pace, onShare), ...ends }, objective: [] }
    case 'item-item': {
      const links = await itemSimilarities(data, params, pace, (item) => onShare?.(item / terms))
      return { model: { shape: 'links', ...links, ...ends }, objective: [] }
    }
    case 'als': {
      const { factors: size, alpha, regularisation, iterations } = params
      const onIteration = (iteration: number) => onShare?.(iteration / iterations)
      const { items, objective } = await fitAls(data, { ...params, steps: stepsOfTraining }, { seed, pace, onIteration })
      const factors = Float32Array.from(items)
      const gram = gramOfFactors(factors, size, regularisation)
      const folding = { gram, confidence: alpha * meanValue(data), steps: Math.min(size, stepsOfFolding) }
      return { model: { shape: 'factors', factors, size, ...folding, ...ends }, objective }
    }
  }
}

function popularityScores(users: Float64Array): FactorModel {
  const terms = users.length
  const none = { factors: new Float32Array(0), size: 0, gram: new Float64Array(0), confidence: 0, steps: 0 }
  return { shape: 'factors', ...none, bias: popularityLogits(users), terms, outputs: terms }
}

/** How strong an interaction is on average; lists that are answered say no strengths. */
function meanValue({ x, weights }: Rows): number {
  let [sum, count] = [0, 0]
  for (let user = 0; user < x.rows; user++) {
    const weight = weights?.[user] ?? 1
    for (let j = x.ptr[user] ?? 0, end = x.ptr[user + 1] ?? 0; j < end; j++) {
      sum += weight * (x.values[j] ?? 0)
      count += weight
    }
  }
  return count > 0 ? sum / count : 0
}
