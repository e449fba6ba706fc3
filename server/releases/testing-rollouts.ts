import type { Strategy } from '#core/releases/strategy'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { registerTiny } from '#server/testing/tiny-registry'
import { changeRelease } from './change-release'
import { sendTraffic, type Traffic } from './testing'
import { lookAtRollouts } from './watch-rollouts'

export const ada = { id: 'ada', name: 'Ada', email: 'ada@x.org', role: 'lead' as const }

/** Not long ago: pages are asked by the real clock. */
const start = new Date(Date.now() - 5 * 60_000)

export type RolloutStand = Awaited<ReturnType<typeof rolloutStand>>
export type StoodRollout = Awaited<ReturnType<RolloutStand['begin']>>

/** A house with three versions of a tiny model, where rollouts of v2 against v1 can be walked through by a clock that only the test moves. */
export async function rolloutStand() {
  const house = await testHouse()
  const versions = await registerTiny(house, { name: 'tiny', count: 3 })
  await house.db.insert(users).values(ada)
  const v = (number: number) => versions[number - 1]?.id ?? ''
  return {
    house,
    v,
    begin: (deployment: string, strategy: Strategy) => begin(house, v, { deployment, strategy }),
    close: () => house.close(),
  }
}

async function begin(house: House, v: (number: number) => string, { deployment, strategy }: { deployment: string; strategy: Strategy }) {
  let now = start
  const give = (order: Parameters<typeof changeRelease>[1]) => changeRelease(house.db, order, { actor: ada, now })
  const { deploymentId } = await give({ kind: 'deploy', deployment, versionId: v(1) })
  await give({ kind: 'deploy', deployment, versionId: v(2), strategy })
  const page = () => createCallerFactory(appRouter)({ house, actor: ada }).deployments.get({ name: deployment })
  return {
    deployment,
    deploymentId,
    give,
    page,
    now: () => now,
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1_000)
    },
    look: () => lookAtRollouts(house, now),
    /** Both arms under the release in force. */
    async serve(champion: Traffic, challenger: Traffic, shadow = false) {
      const { release } = await page()
      const arm = { deploymentId, release: release.number, at: now }
      await sendTraffic(house, { ...arm, versionId: v(1), seed: 1 }, champion)
      await sendTraffic(house, { ...arm, versionId: v(2), seed: 2, shadow }, challenger)
    },
    /** Rows of a table (with its condition on `$1`, the deployment). */
    async count(rowsOf: string) {
      const { rows } = await house.pool.query(`select count(*)::int as n from ${rowsOf}`, [deploymentId])
      return Number(rows[0]?.n)
    },
    /** The releases in words, oldest first: "3 share v1 50 v2 50". */
    async releases() {
      const { history } = await page()
      return history
        .map(({ number, kind, arms }) => `${number} ${kind} ${arms.map(({ version, weight }) => `v${version} ${weight}`).join(' ')}`)
        .reverse()
    },
  }
}
