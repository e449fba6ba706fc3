import type { Page } from '@playwright/test'
import type { Graph } from '#core/graph/graph'
import { callApi } from './support/api'
import { nodeOf } from './support/builder'
import { expectAccessible, expectNoOverflow } from './support/pictures'
import { expect, test } from './support/test'

/** A line that searches a setting, trains a second estimator beside it, and asks which is better and why. */
const graph: Graph = {
  stages: [
    { id: 'mail', type: 'sample-data', params: { batches: 'newer' } },
    { id: 'some', type: 'sample', params: { rows: 500, stratify: 'label' } },
    { id: 'text', type: 'text-features', params: { columns: ['subject'], words: '1', maxTerms: 300 } },
    { id: 'domain', type: 'category-features', params: { columns: ['from_domain'] } },
    { id: 'hour', type: 'number-features', params: { columns: ['hour'] } },
    { id: 'split', type: 'split', params: { label: 'label', test: 0.3 } },
    { id: 'tune', type: 'tune', params: { target: 'label', estimator: 'logistic-regression', trials: 8, folds: 3, startup: 4 } },
    { id: 'boosting', type: 'gradient-boosting', params: { target: 'label', trees: 30 } },
    { id: 'tuned', type: 'evaluate', title: 'Evaluate tuned', params: { show: 'subject' } },
    { id: 'boosted', type: 'evaluate', title: 'Evaluate boosted', params: { show: 'subject' } },
    { id: 'compare', type: 'compare', params: { target: 'label', first: 'tuned', second: 'boosted' } },
    { id: 'explain', type: 'explain', params: { repeats: 2 } },
    { id: 'slices', type: 'slices', params: { columns: ['has_attachment'] } },
  ],
  edges: [
    { from: 'mail.table', to: 'some.table' },
    { from: 'some.table', to: 'text.table' },
    { from: 'text.table', to: 'domain.table' },
    { from: 'domain.table', to: 'hour.table' },
    { from: 'hour.table', to: 'split.table' },
    { from: 'split.train', to: 'tune.train' },
    { from: 'split.train', to: 'boosting.train' },
    { from: 'tune.model', to: 'tuned.model' },
    { from: 'split.test', to: 'tuned.table' },
    { from: 'boosting.model', to: 'boosted.model' },
    { from: 'split.test', to: 'boosted.table' },
    { from: 'tuned.predictions', to: 'compare.first' },
    { from: 'boosted.predictions', to: 'compare.second' },
    { from: 'boosting.model', to: 'explain.model' },
    { from: 'split.test', to: 'explain.table' },
    { from: 'boosted.predictions', to: 'slices.predictions' },
  ],
  notes: [],
  seed: 42,
}

const select = async (page: Page, stage: string) => nodeOf(page, stage).locator('h3').click()

test('a setting is searched, models are judged and compared, and every training stays on record', async ({ page, api }) => {
  test.setTimeout(300_000)
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'workflows.create', { name: 'Which model' })
  await callApi(api, 'mutation', 'workflows.save', { id, baseNumber: 1, graph })
  await page.goto(`/workflows/${id}`)
  const dock = page.getByRole('region', { name: 'Port preview' })

  await test.step('the search shows its trials while it runs, and its best when it ends', async () => {
    await page
      .getByRole('button', { name: /^Run 13 stages/ })
      .first()
      .click()
    await select(page, 'tune')
    await expect(dock.getByRole('heading', { name: 'All trials' })).toBeVisible({ timeout: 90_000 })
    const strip = page.getByRole('status', { name: 'Run 1' })
    await expect(strip.getByRole('img', { name: 'Done' })).toBeVisible({ timeout: 240_000 })
    await expect(dock.getByRole('heading', { name: 'Which params matter' })).toBeVisible()
    await expect(dock).toContainText('8 trials')
  })

  await test.step('the inspector offers what may vary', async () => {
    await page.getByRole('button', { name: 'Change the ranges' }).click()
    await expect(page.getByRole('group', { name: 'C', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Back to the usual ranges' }).click()
    await expect(page.getByRole('button', { name: 'Change the ranges' })).toBeVisible()
  })

  await test.step('Evaluate draws the line where it costs least', async () => {
    await select(page, 'boosted')
    await expect(dock.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
    await dock.getByLabel('A miss costs').fill('20')
    await dock.getByRole('button', { name: 'Cheapest' }).click()
    await expect(dock.getByRole('heading', { name: 'Lift and gain' })).toBeVisible()
    await expect(dock).toContainText('most frequent class')
  })

  await test.step('Explain says what the model goes by, Slices where it fails, Compare whether one is better', async () => {
    await select(page, 'explain')
    await expect(dock.getByRole('heading', { name: 'Importance' })).toBeVisible()
    await expect(dock.getByRole('row', { name: /^subject .* points/ })).toBeVisible()
    await select(page, 'slices')
    await expect(dock.getByRole('row', { name: /has_attachment/ }).first()).toBeVisible()
    await select(page, 'compare')
    await expect(dock.getByText(/ is (ahead of|better than|equally)/).first()).toBeVisible()
  })

  await test.step('both trainings are experiments, side by side with a verdict', async () => {
    await page.goto(`/experiments?workflow=${id}`)
    const boxes = page.getByRole('checkbox', { name: /^Compare run/ })
    await expect(boxes).toHaveCount(2)
    for (const nth of [0, 1]) await boxes.nth(nth).check()
    await page.getByRole('button', { name: 'Compare 2' }).click()
    await expect(page.getByRole('heading', { name: 'Is one better?' })).toBeVisible()
    await expect(page.getByText(/McNemar/)).toBeVisible({ timeout: 60_000 })
  })

  await test.step('the run page with all these reports is accessible and fits a phone', async () => {
    const { runs } = await callApi<{ runs: { id: string }[] }>(api, 'query', 'runs.list', { workflowId: id })
    await page.goto(`/runs/${runs[0]?.id}`)
    for (const report of ['Tune', 'Explain', 'Slices', 'Compare']) {
      await page
        .getByRole('region', { name: 'Reports' })
        .getByRole('button', { name: new RegExp(`^${report}`) })
        .click()
      await expectAccessible(page)
      await page.setViewportSize({ width: 390, height: 844 })
      await expectNoOverflow(page)
      await page.setViewportSize({ width: 1440, height: 900 })
    }
  })
})
