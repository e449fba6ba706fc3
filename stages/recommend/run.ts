import type { Column } from '#core/ports/columns'
import { emptyPlan } from '#core/ports/plan'
import { reportFigures } from '#core/reports/figures'
import { probabilitiesOf, scoresByUser } from '#ml/recommend/measure-recommender'
import { topItems } from '#ml/recommend/top-items'
import { defineRun, type NewTable, type StageContext } from '../define'
import { type TrainedRecommender, trainRecommender } from '../train-recommender'
import { recommend, recommendationColumns } from './spec'

export const run = defineRun(recommend, async ({ params, inputs: { train }, ctx }) => {
  const { user, item, weight, time, k, separator, minItemUsers, minUserItems, mostItems, heldOut, testUsers, ...estimator } = params
  const trained = await trainRecommender(
    {
      table: train,
      target: item,
      estimator,
      interactions: { user, weight, time, minItemUsers, minUserItems, mostItems, heldOut, testUsers },
      separator,
      k,
    },
    ctx,
  )
  const { model, report } = trained
  const table = await writeLists(trained, k, recommendationColumns(train.columns, user, item), ctx)
  const ndcg = report.measures.find(({ name }) => name === 'NDCG')
  if (ndcg) ctx.figure({ value: ndcg.value.toFixed(3), label: `NDCG at ${k}` })
  return {
    model,
    report: await ctx.report('Recommendation', report, reportFigures(report)),
    table: { kind: 'table', ...table, plan: emptyPlan },
  }
})

/** The best `k` items that each user does not have yet, with the probability that the model answers. */
async function writeLists(
  { interactions, fitted, report }: TrainedRecommender,
  k: number,
  columns: readonly Column[],
  ctx: StageContext,
): Promise<NewTable> {
  const { users, items, x } = interactions
  const place = { user: new Int32Array(x.rows * k), rank: new Int32Array(x.rows * k), item: new Int32Array(x.rows * k) }
  const score = new Float64Array(x.rows * k)
  let [user, rows] = [0, 0]
  for await (const scores of scoresByUser(fitted.pipeline.model, x, ctx.signal)) {
    const list = topItems(scores, k)
    score.set(probabilitiesOf(scores, list, report.temperature), rows)
    for (const [at, item] of list.entries()) {
      place.user[rows] = user
      place.rank[rows] = at + 1
      place.item[rows++] = item
    }
    user += 1
    if (user % 1_000 === 0 || user === x.rows) ctx.progress(user, x.rows, 'Recommending to each user')
  }
  const named = (places: Int32Array, names: readonly string[], type: Column['type']) =>
    Array.from(places.subarray(0, rows), (at) => (type === 'integer' ? Number(names[at]) : (names[at] ?? '')))
  return ctx.tables.write(
    columns.map((column) => {
      if (column.name === 'rank') return { column, values: place.rank.subarray(0, rows) }
      if (column.name === 'score') return { column, values: score.subarray(0, rows) }
      return { column, values: column.name === 'user' ? named(place.user, users, column.type) : named(place.item, items, column.type) }
    }),
  )
}
