import type { APIRequestContext } from '@playwright/test'
import type { Graph } from '#core/graph/graph'
import { callApi } from './support/api'
import { expectAccessible, switchTheme, takePicture, themes } from './support/pictures'
import { expect, test } from './support/test'

/** A line short enough for a test: 600 messages, words only. */
const graph: Graph = {
  stages: [
    { id: 'mail', type: 'sample-data', params: { batches: 'newer' } },
    { id: 'some', type: 'sample', params: { rows: 600, stratify: 'label' } },
    { id: 'clean', type: 'clean-text', params: { columns: ['subject', 'body'], limit: true, maxChars: 2000 } },
    { id: 'text', type: 'text-features', params: { columns: ['subject', 'body'], words: '1' } },
    { id: 'hour', type: 'number-features', params: { columns: ['hour'] } },
    { id: 'split', type: 'split', params: { label: 'label' } },
    { id: 'train', type: 'logistic-regression', params: { target: 'label' } },
    { id: 'evaluate', type: 'evaluate', params: { show: 'subject' } },
    { id: 'register', type: 'register', params: { name: 'mail-check', alias: 'champion', description: 'First try' } },
  ],
  edges: [
    { from: 'mail.table', to: 'some.table' },
    { from: 'some.table', to: 'clean.table' },
    { from: 'clean.table', to: 'text.table' },
    { from: 'text.table', to: 'hour.table' },
    { from: 'hour.table', to: 'split.table' },
    { from: 'split.train', to: 'train.train' },
    { from: 'train.model', to: 'evaluate.model' },
    { from: 'split.test', to: 'evaluate.table' },
    { from: 'train.model', to: 'register.model' },
    { from: 'evaluate.report', to: 'register.report' },
  ],
  notes: [],
  seed: 42,
}

/** Runs the workflow and waits until it is done. */
async function runLine(api: APIRequestContext, workflowId: string, overrides: Record<string, unknown>): Promise<void> {
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'runs.start', { workflowId, overrides })
  await expect
    .poll(async () => (await callApi<{ run: { status: string } }>(api, 'query', 'runs.get', { id })).run.status, { timeout: 120_000 })
    .toBe('done')
}

test('a registered model is read, tried in two places, compared and made champion', async ({ page, api, someone }) => {
  test.setTimeout(300_000)
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'workflows.create', { name: 'Mail check' })
  await callApi(api, 'mutation', 'workflows.save', { id, baseNumber: 1, graph })
  await runLine(api, id, {})
  await runLine(api, id, { 'train.c': 1, 'register.alias': 'challenger', 'register.description': 'Simpler' })

  await test.step('the list says how good the newest is and leads to it', async () => {
    await page.goto('/models')
    const line = page.getByRole('row', { name: /mail-check/ })
    await expect(line).toContainText('2 versions')
    await expect(line).toContainText(/accuracy 0\.\d/)
    await line.getByRole('link', { name: 'mail-check' }).click()
    await expect(page.getByRole('heading', { name: 'mail-check' })).toBeVisible()
  })

  await test.step('two versions stand side by side', async () => {
    const compare = page.locator('section', { has: page.getByRole('heading', { name: 'Compare' }) })
    await expect(compare.getByRole('row', { name: /setting estimator\.c 10 1 changed/ })).toBeVisible()
    await expect(compare.getByRole('row', { name: /^accuracy/ })).toBeVisible()
    for (const theme of themes) {
      await switchTheme(page, theme)
      await expect(compare.getByRole('row', { name: /^accuracy/ })).toBeVisible()
      await expectAccessible(page)
    }
  })

  await test.step('the server and this browser give the same answer', async () => {
    await page.getByRole('link', { name: 'v2', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'mail-check v2' })).toBeVisible()
    await page.getByLabel('subject').fill('Free prize, click now')
    await page.getByLabel('hour').fill('')
    await page.getByRole('switch', { name: 'Also run the model in this browser' }).click()
    await page.getByRole('button', { name: 'Predict label' }).click()
    await expect(page.getByText('Both agree')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByTestId('trial-label')).toHaveCount(2)
    for (const answer of await page.locator('[aria-label^="Answer of"]').all()) await expect(answer).toContainText(/\d ms in the model/)
  })

  await test.step('the file can be taken home', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Download \.onnx/ }).click()])
    expect(download.suggestedFilename()).toBe('mail-check-v2.onnx')
  })

  await test.step('the page is whole and accessible in both themes', async () => {
    for (const theme of themes) {
      await switchTheme(page, theme)
      await expect(page.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
      await expect(page.getByRole('heading', { name: 'Training reference' })).toBeVisible()
      await expectAccessible(page)
      await takePicture(page, 'model', theme)
    }
  })

  await test.step('an analyst may not replace the champion, and reads why', async () => {
    const analyst = await someone('analyst')
    await analyst.page.goto('/models/mail-check/2')
    await analyst.page.getByRole('button', { name: 'Alias' }).click()
    await expect(analyst.page.getByRole('menuitem', { name: /Make v2 champion/ })).toContainText('needs lead or above')
    await analyst.page.keyboard.press('Escape')
  })

  await test.step('the owner may, and the history keeps both moves', async () => {
    await page.getByRole('button', { name: 'Alias' }).click()
    await page.getByRole('menuitem', { name: 'Make v2 champion' }).click()
    await expect(page.getByText('champion is v2 now')).toBeVisible()
    await page.goto('/models/mail-check')
    const history = page.locator('section', { has: page.getByRole('heading', { name: 'Alias history' }) })
    await expect(history.getByRole('row', { name: /champion/ })).toHaveCount(2)
  })
})
