import { artifactsOfPlan, type Plan } from '#core/ports/plan'
import { readWordVectors, type WordVectorSets } from '#ml/features/word-vectors'
import type { StageContext } from './define'

/** The word vectors that the features of a plan look words up in; none for a plan without such features. */
export async function readPlanVectors(plan: Plan, { artifacts }: Pick<StageContext, 'artifacts'>): Promise<WordVectorSets> {
  const read = await Promise.all(
    artifactsOfPlan(plan).map(async (artifact) => [artifact, readWordVectors(await artifacts.read(artifact))] as const),
  )
  return Object.fromEntries(read)
}
