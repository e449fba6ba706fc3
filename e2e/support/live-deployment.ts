import { type APIRequestContext, expect } from '@playwright/test'
import { callApi } from './api'

type Deployed = { release: { number: number }; arms: { rows: number }[] }

/** Deploys v1 of a model, v2 as its challenger, and sends test traffic to both, unless that was done already. */
export async function serveWithTraffic(
  api: APIRequestContext,
  { deployment, model, share, count }: { deployment: string; model: string; share: number; count: number },
): Promise<void> {
  const versionOf = async (number: number) => (await callApi<{ id: string }>(api, 'query', 'models.version', { name: model, number })).id
  const { deployments } = await callApi<{ deployments: { name: string }[] }>(api, 'query', 'deployments.list')
  if (!deployments.some(({ name }) => name === deployment)) {
    await callApi(api, 'mutation', 'releases.deploy', {
      deployment,
      versionId: await versionOf(1),
      share: 100,
      expected: 0,
      reason: 'Holds every check of the gate',
    })
    await callApi(api, 'mutation', 'releases.deploy', {
      deployment,
      versionId: await versionOf(2),
      share,
      expected: 1,
      reason: 'Simpler, to be compared',
    })
  }
  await expectInForce(api, deployment)
  await sendTestTraffic(api, { deployment, count, rate: 200, shifts: [] })
}

/** Waits until the gateway serves the newest release. */
export async function expectInForce(api: APIRequestContext, deployment: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (await callApi<{ gateways: { inForce: number } }>(api, 'query', 'deployments.get', { name: deployment })).gateways.inForce,
    )
    .toBeGreaterThan(0)
}

/** Replays the champion's own rows and waits until all are answered and counted. */
export async function sendTestTraffic(
  api: APIRequestContext,
  { deployment, ...order }: { deployment: string; count: number; rate: number; shifts: string[] },
): Promise<void> {
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'deployments.sendTraffic', { name: deployment, table: null, ...order })
  await expect
    .poll(async () => (await callApi<{ status: string }>(api, 'query', 'jobs.get', { id })).status, { timeout: 60_000 })
    .toBe('done')
  await expect
    .poll(async () => {
      const { arms } = await callApi<Deployed>(api, 'query', 'deployments.get', { name: deployment })
      return arms.reduce((sum, arm) => sum + arm.rows, 0)
    })
    .toBeGreaterThanOrEqual(order.count)
}
