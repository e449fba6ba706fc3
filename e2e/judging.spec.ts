import type { Page } from '@playwright/test'
import { z } from 'zod'
import type { Graph } from '#core/graph/graph'
import { readModelFile } from '#core/model/model-file'
import { callApi } from './support/api'
import { nodeOf } from './support/builder'
import { answerSchema, openCaller } from './support/gateway'
import { sendTestTraffic } from './support/live-deployment'
import { expectAccessible, expectNoOverflow } from './support/pictures'
import { expect, test } from './support/test'

const strict = 'mail-strict'
const size = 'mail-size'

/**
 * Three ways to learn from the same mail: the best of a portfolio, a classifier that would rather raise a false alarm than
 * miss spam, and a regressor that says how long a message is.
 */
const graph: Graph = {
  stages: [
    { id: 'mail', type: 'sample-data', params: { batches: 'newer' } },
    { id: 'some', type: 'sample', params: { rows: 400, stratify: 'label' } },
    {
      id: 'sql',
      type: 'sql',
      params: { sql: 'SELECT subject, from_domain, hour, label, ln(coalesce(length(body), 0) + 1) AS size FROM a' },
    },
    { id: 'text', type: 'text-features', params: { columns: ['subject'], words: '1', maxTerms: 300 } },
    { id: 'hour', type: 'number-features', params: { columns: ['hour'] } },
    { id: 'split', type: 'split', params: { label: 'label', test: 0.3 } },
    {
      id: 'automl',
      type: 'automl',
      params: { target: 'label', estimators: ['logistic-regression', 'linear-svm'], folds: 3, stopBadTrials: false },
    },
    {
      id: 'strict',
      type: 'logistic-regression',
      params: { target: 'label', threshold: 'cost', positive: 'spam', costFalseNegative: 30 },
    },
    { id: 'evaluate', type: 'evaluate', title: 'Evaluate strict', params: { show: 'subject' } },
    { id: 'fairness', type: 'fairness', params: { target: 'label', selects: 'spam', group: 'hour' } },
    { id: 'errors', type: 'label-errors', params: { folds: 3 } },
    { id: 'long', type: 'linear-regression', params: { target: 'size' } },
    { id: 'residuals', type: 'evaluate', title: 'Evaluate sizes', params: { show: 'subject' } },
    { id: 'keep-strict', type: 'register', params: { name: strict } },
    { id: 'keep-size', type: 'register', params: { name: size } },
    { id: 'serve-strict', type: 'deploy', params: { deployment: strict, reason: 'Misses little' } },
    { id: 'serve-size', type: 'deploy', params: { deployment: size, reason: 'How long is it' } },
  ],
  edges: [
    { from: 'mail.table', to: 'some.table' },
    { from: 'some.table', to: 'sql.a' },
    { from: 'sql.table', to: 'text.table' },
    { from: 'text.table', to: 'hour.table' },
    { from: 'hour.table', to: 'split.table' },
    { from: 'split.train', to: 'automl.train' },
    { from: 'split.train', to: 'strict.train' },
    { from: 'strict.model', to: 'evaluate.model' },
    { from: 'split.test', to: 'evaluate.table' },
    { from: 'evaluate.predictions', to: 'fairness.predictions' },
    { from: 'strict.model', to: 'errors.model' },
    { from: 'split.train', to: 'long.train' },
    { from: 'long.model', to: 'residuals.model' },
    { from: 'split.test', to: 'residuals.table' },
    { from: 'strict.model', to: 'keep-strict.model' },
    { from: 'split.test', to: 'keep-strict.sample' },
    { from: 'long.model', to: 'keep-size.model' },
    { from: 'split.test', to: 'keep-size.sample' },
    { from: 'keep-strict.model', to: 'serve-strict.model' },
    { from: 'keep-size.model', to: 'serve-size.model' },
  ],
  notes: [],
  seed: 42,
}

const numberAnswer = z.object({
  value: z.number(),
  interval: z.object({ low: z.number(), high: z.number(), share: z.number() }),
})

const select = (page: Page, stage: string) => nodeOf(page, stage).locator('h3').click()

test('a portfolio is tried, a threshold follows its costs into serving, groups are compared, and numbers are watched', async ({
  page,
  api,
  gatewayUrl,
}) => {
  test.setTimeout(300_000)
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'workflows.create', { name: 'Judging mail' })
  await callApi(api, 'mutation', 'workflows.save', { id, baseNumber: 1, graph })
  await page.goto(`/workflows/${id}`)
  const dock = page.getByRole('region', { name: 'Port preview' })
  await page
    .getByRole('button', { name: /^Run 17 stages/ })
    .first()
    .click()
  await expect(page.getByRole('status', { name: 'Run 1' }).getByRole('img', { name: 'Done' })).toBeVisible({ timeout: 240_000 })

  await test.step('AutoML lists every candidate, the best first', async () => {
    await select(page, 'automl')
    await expect(dock.getByRole('heading', { name: 'All trials' })).toBeVisible()
    for (const name of ['logistic regression', 'linear SVM', 'logistic regression, simple']) {
      await expect(dock.getByRole('row', { name: new RegExp(name, 'i') }).first()).toBeVisible()
    }
  })

  await test.step('the threshold that costs least is low, and the evaluation says which it is', async () => {
    await select(page, 'evaluate')
    await expect(dock.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
    await expect(dock).toContainText(/Threshold of spam\s*0\.[0-4]/)
  })

  await test.step('Fairness shows a rate per group, Label errors the rows whose label looks wrong', async () => {
    await select(page, 'fairness')
    await expect(dock.getByRole('row', { name: /\d+ (to|–) \d+/ }).first()).toBeVisible()
    await select(page, 'errors')
    await expect(dock.getByRole('heading', { name: 'Labels against what the model is sure of' })).toBeVisible()
  })

  await test.step('a regressor is judged by its residuals, beside its baselines', async () => {
    await select(page, 'residuals')
    await expect(dock).toContainText('R2')
    await expect(dock).toContainText(/mean/i)
  })

  const { secret } = await callApi<{ secret: string }>(api, 'mutation', 'keys.create', { name: 'judging', deployments: [strict, size] })
  const records = ['Free prize, click now', 'Meeting tomorrow', 'Re: patch for the list', 'Earn money at home'].flatMap((subject) =>
    [1, 9, 17].map((hour) => ({ subject, hour })),
  )

  await test.step('every answer follows the threshold', async () => {
    const { artifact } = await callApi<{ artifact: string }>(api, 'query', 'models.version', { name: strict, number: 1 })
    const { threshold } = readModelFile(await (await api.get(`/api/artifacts/${artifact}`)).body())
    if (!threshold) throw new Error('the version has no threshold')
    expect(threshold.positive).toBe('spam')
    expect(threshold.threshold).toBeLessThan(0.5)
    const call = openCaller({ url: gatewayUrl, deployment: strict, key: secret })
    for (const body of records) {
      const { label, probabilities } = answerSchema.parse((await call({ body })).body)
      expect(label).toBe((probabilities.spam ?? 0) >= threshold.threshold ? 'spam' : 'ham')
    }
  })

  await test.step('a number is answered with its interval', async () => {
    const call = openCaller({ url: gatewayUrl, deployment: size, key: secret })
    for (const body of records) {
      const { value, interval } = numberAnswer.parse((await call({ body })).body)
      expect(interval.low).toBeLessThanOrEqual(value)
      expect(interval.high).toBeGreaterThanOrEqual(value)
    }
  })

  await test.step('the monitor of numbers shows how large they are, and which column moved', async () => {
    await sendTestTraffic(api, { deployment: size, count: 400, rate: 200, shifts: ['hour+12'] })
    await page.goto(`/monitor/${size}`)
    await page.getByRole('button', { name: '1 h', exact: true }).click()
    await expect(page.getByRole('img', { name: /^Drift per column.*hour is drifted/ })).toBeVisible({ timeout: 30_000 })
    await expect(page.getByRole('heading', { name: 'Confidence' })).toHaveCount(0)
    await expectAccessible(page)
    await expectNoOverflow(page)
  })
})
