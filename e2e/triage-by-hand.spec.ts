import type { Page } from '@playwright/test'
import { callApi } from './support/api'
import { canvasOf, newWorkflow, nodeOf } from './support/builder'
import { connectPorts, dropFromPalette } from './support/canvas'
import { expect, test } from './support/test'

/** Where each stage is let go: three columns that leave room for the lines between them. */
const places: [type: string, column: number, row: number][] = [
  ['sample-data', 0, 0],
  ['sample', 1, 0],
  ['anonymise', 2, 0],
  ['clean-text', 0, 1],
  ['text-features', 1, 1],
  ['split', 2, 1],
  ['logistic-regression', 0, 2],
  ['evaluate', 1, 2],
  ['register', 2, 2],
  ['deploy', 2, 3],
]
const lines = [
  'sample-data.table > sample.table',
  'sample.table > anonymise.table',
  'anonymise.table > clean-text.table',
  'clean-text.table > text-features.table',
  'text-features.table > split.table',
  'split.train > logistic-regression.train',
  'logistic-regression.model > evaluate.model',
  'split.test > evaluate.table',
  'logistic-regression.model > register.model',
  'evaluate.report > register.report',
  'register.model > deploy.model',
]

test('an e-mail triage line is built by hand from an empty canvas, run, read and called', async ({ page, api, gatewayUrl }) => {
  test.setTimeout(420_000)
  await newWorkflow(page)
  const canvas = canvasOf(page)

  await test.step('ten stages are dragged from the palette and joined port by port', async () => {
    await page.getByRole('button', { name: 'Fold the panel' }).click()
    for (const [type, column, row] of places) {
      await dropFromPalette(page.locator(`.palette [data-stage="${type}"]`), canvas, { x: 150 + column * 290, y: 120 + row * 160 })
    }
    for (const line of lines) await connectPorts(page, canvas, ...endsOf(line))
    await page.getByRole('button', { name: 'Open the panel' }).click()
  })

  await test.step('what is still missing is said before anything runs', async () => {
    await expect(nodeOf(page, 'logistic-regression')).toContainText('no target yet')
    await select(page, 'logistic-regression')
    await expect(
      page
        .locator('.inspector')
        .getByText(/target/i)
        .first(),
    ).toBeVisible()
  })

  await test.step('the settings know the columns that come from upstream', async () => {
    await select(page, 'sample-data')
    await field(page, 'Messages').selectOption('newer')
    await select(page, 'sample')
    await field(page, 'Rows').fill('900')
    await field(page, 'Keep the shares of').selectOption({ label: 'label · text' })
    for (const stage of ['anonymise', 'clean-text', 'text-features']) {
      await select(page, stage)
      for (const column of ['subject', 'body']) await field(page, 'Columns').selectOption(column)
    }
    await select(page, 'split')
    await field(page, 'Label column').selectOption('label')
    await select(page, 'logistic-regression')
    await field(page, 'Target column').selectOption('label')
    await select(page, 'register')
    await field(page, 'Model name').fill('hand-made')
    await select(page, 'deploy')
    await field(page, 'Deployment').fill('hand-made')
    await expect(page.getByText(/^Saved /)).toBeVisible()
  })

  await test.step('Run says what it will do, and every stage turns green', async () => {
    await expect(page.getByRole('button', { name: /^Run 10 stages/ }).first()).toBeVisible()
    await page
      .getByRole('button', { name: /^Run 10 stages/ })
      .first()
      .click()
    const strip = page.getByRole('status', { name: 'Run 1' })
    await expect(strip.getByRole('img', { name: 'Done' })).toBeVisible({ timeout: 240_000 })
  })

  const dock = page.getByRole('region', { name: 'Port preview' })
  await test.step('a port shows its rows, its columns and its plan', async () => {
    await select(page, 'text-features')
    await expect(dock.getByText('First 100 of 900 rows')).toBeVisible()
    await expect(dock.getByRole('columnheader', { name: /subject/ })).toBeVisible()
    await expect(dock.getByRole('row')).not.toHaveCount(0)
    await dock.getByRole('tab', { name: /Plan/ }).click()
    await expect(dock).toContainText('tf-idf')
    await dock.getByRole('tab', { name: /Columns/ }).click()
    await expect(dock).toContainText('from_domain')
  })

  await test.step('the report has its charts, and the log its lines', async () => {
    await select(page, 'evaluate')
    for (const heading of ['Confusion matrix', 'Precision and recall', 'Calibration']) {
      await expect(dock.getByRole('heading', { name: heading })).toBeVisible()
    }
    await expect(dock).toContainText('180 rows')
    await dock.getByRole('tab', { name: 'Log' }).click()
    await expect(dock.getByRole('listitem')).not.toHaveCount(0)
  })

  await test.step('the deployment can be tried where it lies, and by HTTP with a key', async () => {
    await page.getByRole('button', { name: 'Try hand-made' }).click()
    await dock.getByRole('button', { name: 'Predict' }).click()
    await expect(dock.getByText(/\b(ham|spam)\b/).last()).toBeVisible()
    const { secret } = await callApi<{ secret: string }>(api, 'mutation', 'keys.create', { name: 'by hand', deployments: null })
    const answer = await api.post(`${gatewayUrl}/v1/hand-made/predict`, {
      headers: { authorization: `Bearer ${secret}` },
      data: { subject: 'Cheap watches', body: 'Buy now, free offer, click here' },
    })
    expect(answer.status()).toBe(200)
    expect(await answer.json()).toMatchObject({ label: 'spam', model: 'hand-made', version: 'v1', confidence: expect.any(Number) })
  })

  await test.step('a second run of the unchanged line executes nothing', async () => {
    await expect(page.getByRole('button', { name: 'Run 10 stages, all cached' }).first()).toBeVisible()
    await page.getByRole('button', { name: 'Run 10 stages, all cached' }).first().click()
    await expect(page.getByRole('status', { name: 'Run 2' })).toContainText('all from the cache')
  })

  await test.step('an edit makes exactly what is below it stale, and Run stale runs just that', async () => {
    await select(page, 'logistic-regression')
    await field(page, 'C').fill('1')
    for (const stage of ['logistic-regression', 'evaluate', 'register', 'deploy']) {
      await expect(nodeOf(page, stage).getByRole('img', { name: 'stale' })).toBeVisible()
    }
    await expect(nodeOf(page, 'split').getByRole('img', { name: 'stale' })).toHaveCount(0)
    await page.getByRole('button', { name: /^Run stale/ }).click()
    const strip = page.getByRole('status', { name: 'Run 3' })
    await expect(strip.getByRole('img', { name: 'Done' })).toBeVisible({ timeout: 90_000 })
  })
})

function endsOf(line: string): [{ node: string; handle: string }, { node: string; handle: string }] {
  const [from, to] = line.split(' > ').map((ref) => {
    const [node = '', handle = ''] = ref.split('.')
    return { node, handle }
  })
  if (!from || !to) throw new Error(`${line} is no line.`)
  return [from, to]
}

async function select(page: Page, stage: string): Promise<void> {
  await nodeOf(page, stage).locator('h3').click()
  await expect(nodeOf(page, stage)).toHaveClass(/selected/)
}

function field(page: Page, label: string) {
  return page.locator('.inspector').getByLabel(label, { exact: true })
}
