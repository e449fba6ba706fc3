import { callApi } from './support/api'
import { trainMailModel } from './support/mail-model'
import { expect, test } from './support/test'

const deployment = 'mail-edge'

test('a deployment is handed out: its page answers offline, and what it reports shows as made at the edge', async ({
  page,
  api,
  context,
}) => {
  test.setTimeout(240_000)
  await trainMailModel(api)
  const { id: versionId } = await callApi<{ id: string }>(api, 'query', 'models.version', { name: 'mail-check', number: 1 })
  await callApi(api, 'mutation', 'releases.deploy', { deployment, versionId, expected: 0, reason: 'To be handed out' })

  await test.step('one click publishes it', async () => {
    await page.goto(`/deployments/${deployment}`)
    await expect(page.getByText(/^Not published yet/)).toBeVisible()
    await page.getByRole('button', { name: 'Publish v1' }).click()
    await expect(page.getByText(/^v1 of release 1, .* published/)).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    expect((await download).suggestedFilename()).toBe(`${deployment}-v1-edge.zip`)
  })

  const edge = await context.newPage()
  await test.step('its page answers in the browser', async () => {
    await edge.goto(`/api/edge/${deployment}/index.html`)
    await expect(edge.getByRole('status').first()).toContainText('works offline from now on', { timeout: 60_000 })
    await edge.getByRole('button', { name: 'Predict' }).click()
    await expect(edge.getByRole('region', { name: 'Answer' })).toContainText(/confidence \d/)
  })

  await test.step('and goes on without a network', async () => {
    await context.setOffline(true)
    await edge.reload()
    await expect(edge.getByRole('status').first()).toContainText('Ready.', { timeout: 60_000 })
    await edge.getByText('Report predictions').click()
    await edge.getByLabel('Keep my predictions to be reported').check()
    await edge.getByLabel('subject').fill('Meeting at noon')
    await edge.getByRole('button', { name: 'Predict' }).click()
    await expect(edge.getByText(/^1 wait/)).toBeVisible()
    await edge.getByRole('button', { name: 'Report now' }).click()
    await expect(edge.getByText(/cannot be reached; the reports wait/)).toBeVisible()
    await context.setOffline(false)
  })

  await test.step('the same file runs behind "Try it in this browser", and agrees with the server', async () => {
    await page.goto('/models/mail-check/1')
    await page.getByRole('switch', { name: 'Also run the model in this browser' }).click()
    await page.getByRole('button', { name: 'Predict label' }).click()
    await expect(page.getByText('Both agree')).toBeVisible({ timeout: 60_000 })
  })

  await test.step('what was made at the edge is reported, and is marked', async () => {
    const { secret } = await callApi<{ secret: string }>(api, 'mutation', 'keys.create', { name: 'edge', deployments: [deployment] })
    const { gatewayUrl } = await callApi<{ gatewayUrl: string }>(api, 'query', 'deployments.get', { name: deployment })
    const report = {
      id: 'p_edge_1234567890',
      version: 'v1',
      input: { subject: 'Hello', body: 'Lunch?', hour: 12 },
      label: 'ham',
      confidence: 0.9,
    }
    const send = () =>
      fetch(`${gatewayUrl}/v1/${deployment}/edge-predictions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify([report]),
      })
    expect((await send()).status).toBe(200)
    expect((await send()).status).toBe(200)
    const answers = () => callApi<{ isEdge: boolean }[]>(api, 'query', 'monitor.predictions', { deployment })
    await expect.poll(async () => (await answers()).map(({ isEdge }) => isEdge)).toEqual([true])
  })
})
