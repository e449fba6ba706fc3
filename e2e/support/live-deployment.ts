import { type APIRequestContext, expect } from '@playwright/test'
import { callApi } from './api'

type Deployed = { release: { number: number }; arms: { rows: number }[] }

/** Deploys v1 of a model and v2 as its challenger, unless an earlier journey of this test run has done so. */
export async function serveBothVersions(
  api: APIRequestContext,
  { deployment, model, share }: { deployment: string; model: string; share: number },
): Promise<void> {
  const { deployments } = await callApi<{ deployments: { name: string }[] }>(api, 'query', 'deployments.list')
  if (deployments.some(({ name }) => name === deployment)) return
  const release = async (number: number, percent: number, reason: string) => {
    const { id: versionId } = await callApi<{ id: string }>(api, 'query', 'models.version', { name: model, number })
    await callApi(api, 'mutation', 'releases.deploy', { deployment, versionId, share: percent, expected: number - 1, reason })
  }
  await release(1, 100, 'Holds every check')
  await release(2, share, 'Simpler, to be compared')
  await expectInForce(api, deployment)
}

/** Waits until the gateway serves the newest release. */
async function expectInForce(api: APIRequestContext, deployment: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (await callApi<{ gateways: { inForce: number } }>(api, 'query', 'deployments.get', { name: deployment })).gateways.inForce,
    )
    .toBeGreaterThan(0)
}

type Replay = { deployment: string; count: number; rate: number; shifts: string[] }

/** Shifted traffic that goes on beside later journeys, so that the pictures show more than a moment; unless it flows already. */
export async function startSteadyTraffic(api: APIRequestContext, deployment: string): Promise<void> {
  const open = await callApi<unknown[]>(api, 'query', 'jobs.list', { kind: 'send-traffic', subject: deployment, open: true })
  // Ten a second: each minute holds enough rows for every figure.
  if (open.length === 0) await startTestTraffic(api, { deployment, count: 9_000, rate: 10, shifts: ['hour+6'] })
}

/** Orders a replay of the champion's own rows; the answer is its job. */
async function startTestTraffic(api: APIRequestContext, { deployment, ...order }: Replay): Promise<string> {
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'deployments.sendTraffic', { name: deployment, table: null, ...order })
  return id
}

/** Replays the champion's own rows and waits until all are answered and counted. */
export async function sendTestTraffic(api: APIRequestContext, replay: Replay): Promise<void> {
  const id = await startTestTraffic(api, replay)
  await expect
    .poll(async () => (await callApi<{ status: string }>(api, 'query', 'jobs.get', { id })).status, { timeout: 60_000 })
    .toBe('done')
  await expect
    .poll(async () => {
      const { arms } = await callApi<Deployed>(api, 'query', 'deployments.get', { name: replay.deployment })
      return arms.reduce((sum, arm) => sum + arm.rows, 0)
    })
    .toBeGreaterThanOrEqual(replay.count)
}
