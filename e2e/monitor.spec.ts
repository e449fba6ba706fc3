import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { formatCompact, formatNumber } from '#core/words/format'
import { sendTestTraffic, serveBothVersions, startSteadyTraffic } from './support/live-deployment'
import { trainMailModel } from './support/mail-model'
import { expect, test } from './support/test'

const deployment = 'mail-watch'
const before = 600
const shifted = 600

/** A receiver of webhooks, as another team would run one. */
type Receiver = { url: string; messages: { event: string; deployment: string; alert: { sentence: string } }[]; server: Server }
let receiver: Receiver
test.beforeAll(async () => {
  const messages: Receiver['messages'] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      messages.push(JSON.parse(body))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server's address is an object; only one on a pipe has a text.
  const { port } = server.address() as AddressInfo
  receiver = { url: `http://127.0.0.1:${port}/alerts`, messages, server }
})
test.afterAll(() => new Promise((resolve) => receiver.server.close(resolve)))

const card = (page: Page, title: string) => page.locator('section.card', { has: page.getByRole('heading', { name: title }) })
const drift = (page: Page) => card(page, 'Drift').getByRole('img', { name: /^Drift per column/ })

test('shifted traffic turns the drift chart, fires an alert and reaches its webhook', async ({ page, api }) => {
  test.setTimeout(300_000)
  await trainMailModel(api)
  await serveBothVersions(api, { deployment, model: 'mail-check', share: 20 })
  await sendTestTraffic(api, { deployment, count: before, rate: 200, shifts: [] })

  await test.step('with traffic like the training, no column is shown drifted', async () => {
    await page.goto(`/monitor/${deployment}`)
    await page.getByRole('button', { name: '1 h', exact: true }).click()
    await expect(drift(page)).toHaveAccessibleName(/hour is stable/)
    await expect(card(page, 'Drift').getByText('drifted', { exact: true })).toHaveCount(0)
  })

  await test.step('a rule is made, with a webhook', async () => {
    await page.getByRole('button', { name: 'New alert rule' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'New alert rule' })
    await dialog.getByLabel('Figure').selectOption('Drift of hour')
    await dialog.getByLabel('Limit').fill('0.2')
    await dialog.getByLabel('For').fill('0')
    await dialog.getByLabel('Webhook').fill(receiver.url)
    await dialog.getByRole('button', { name: 'Add rule' }).click()
    await expect(page.getByText('Drift of hour is looked at every 15 s.')).toBeVisible()
    await expect(card(page, 'Alerts')).toContainText('No rule has fired.')
  })

  await test.step('test traffic with a shift is sent from the deployment', async () => {
    await page.goto(`/deployments/${deployment}`)
    await page.getByRole('button', { name: 'Send test traffic' }).click()
    const dialog = page.getByRole('dialog', { name: 'Send test traffic' })
    await dialog.getByLabel('Rate').fill('200')
    await dialog.getByLabel('Records in all').fill(String(shifted))
    await dialog.getByLabel('Shift').fill('minute+6')
    await expect(dialog.getByText(/"minute\+6" names no column of the model, which reads subject, body, hour/)).toBeVisible()
    await dialog.getByLabel('Shift').fill('hour+6')
    await dialog.getByRole('button', { name: `Send ${shifted} records about 3.0 s` }).click()
    await expect(dialog.getByText(new RegExp(`^${shifted} of ${shifted} answered`))).toBeVisible({ timeout: 40_000 })
    await dialog.getByRole('button', { name: 'Done' }).click()
  })

  await test.step('the drift chart turns: the column is shown drifted, the others are not', async () => {
    await page.goto(`/monitor/${deployment}`)
    await page.getByRole('button', { name: '1 h', exact: true }).click()
    await expect(drift(page)).toHaveAccessibleName(/hour is drifted: KS, p <0\.001/, { timeout: 30_000 })
    await expect(drift(page)).toHaveAccessibleName(/body, words is stable/)
    await expect(card(page, 'Drift').getByText('drifted', { exact: true })).toHaveCount(1)
  })

  await test.step('confidence and predictions are drawn, and all of it is known to be a test', async () => {
    await expect(page.getByRole('switch', { name: 'Count test traffic' })).toBeChecked()
    await expect(page.getByText(`Test traffic (${formatCompact(before + shifted)})`)).toBeVisible()
    const confidence = card(page, 'Confidence').getByRole('img', { name: /^Mean confidence/ })
    await expect(confidence.locator('path.ln[d*="L"], circle').first()).toBeAttached()
    const predictions = card(page, 'Predictions').getByRole('img', {
      name: `Share of predicted classes over time, training on the left: ${formatNumber(before + shifted)} answers`,
    })
    await expect(predictions).toBeVisible()
    await expect(card(page, 'Predictions')).toContainText('hamspam')

    await page.getByRole('switch', { name: 'Count test traffic' }).click()
    await expect(card(page, 'Confidence')).toContainText('No real traffic in the last hour. Switch test traffic on')
    await page.getByRole('switch', { name: 'Count test traffic' }).click()
    await expect(confidence).toBeVisible()
  })

  await test.step('champion and challenger stand side by side', async () => {
    const arms = card(page, 'Champion and challenger')
    await expect(arms.getByRole('row', { name: 'share of traffic 80 % 20 %' })).toBeVisible()
    const [champion = 0, challenger = 0] = (
      await arms
        .getByRole('row', { name: /^answers/ })
        .getByRole('cell')
        .allTextContents()
    )
      .slice(1)
      .map(Number)
    expect(champion + challenger).toBe(before + shifted)
    expect(challenger).toBeGreaterThan(0)
    await expect(arms.getByRole('row', { name: /^mean confidence 0\.\d{3} 0\.\d{3}/ })).toBeVisible()
  })

  await test.step('the alert is listed, reached its webhook, and is acknowledged', async () => {
    const alerts = card(page, 'Alerts')
    const sentence = /Drift of hour of mail-watch: \d\.\d+, above 0\.2/
    await expect(alerts).toContainText(sentence, { timeout: 45_000 })
    await expect(alerts).toContainText('webhook: opened delivered, answer 204', { timeout: 30_000 })
    expect(receiver.messages).toEqual([
      expect.objectContaining({
        event: 'opened',
        deployment,
        alert: expect.objectContaining({ sentence: expect.stringMatching(sentence) }),
      }),
    ])
    await alerts.getByRole('button', { name: 'Acknowledge' }).click()
    await expect(alerts).toContainText('seen by Olga Owner')
  })

  await startSteadyTraffic(api, deployment)
})
