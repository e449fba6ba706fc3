import type { APIRequestContext, Page } from '@playwright/test'
import type { Graph } from '#core/graph/graph'
import { golden, linearFile } from '#ml/onnx/outside-samples'
import { callApi } from './support/api'
import { failingLine, importLine, mailLine, odd, ordersLine } from './support/beyond-labels-lines'
import { nodeOf } from './support/builder'
import { runCommand } from './support/command-line'
import { answerSchema, openCaller } from './support/gateway'
import { ordersCsv } from './support/orders'
import { owner } from './support/people'
import { expectAccessible, expectNoOverflow, switchTheme, themes } from './support/pictures'
import { expect, test } from './support/test'
import { uploadCsv } from './support/upload'

const dockOf = (page: Page) => page.getByRole('region', { name: 'Port preview' })
const select = (page: Page, stage: string) => nodeOf(page, stage).locator('h3').click()
const field = (page: Page, label: string) => page.locator('.inspector').getByLabel(label, { exact: true })

/** Opens a workflow with this graph. */
async function openLine(page: Page, api: APIRequestContext, name: string, graph: Graph): Promise<string> {
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'workflows.create', { name })
  await callApi(api, 'mutation', 'workflows.save', { id, baseNumber: 1, graph })
  await page.goto(`/workflows/${id}`)
  return id
}

async function runAll(page: Page, stages: number) {
  await page
    .getByRole('button', { name: new RegExp(`^Run ${stages} stages`) })
    .first()
    .click()
  await expect(page.getByRole('status', { name: 'Run 1' }).getByRole('img', { name: /^(done|cached)$/ })).toBeVisible({ timeout: 120_000 })
}

/** The run page with each of these reports: in both themes, and as narrow as a phone. */
async function expectReportsSound(page: Page, api: APIRequestContext, workflowId: string, reports: readonly string[]) {
  const { runs } = await callApi<{ runs: { id: string }[] }>(api, 'query', 'runs.list', { workflowId })
  await page.goto(`/runs/${runs[0]?.id}`)
  for (const report of reports) {
    await page
      .getByRole('region', { name: 'Reports' })
      .getByRole('button', { name: new RegExp(`^${report}`) })
      .click()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    for (const theme of themes) {
      await switchTheme(page, theme)
      await expectAccessible(page, theme === 'light' ? 'all' : 'colours')
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await expectNoOverflow(page)
    await page.setViewportSize({ width: 1440, height: 900 })
  }
}

/** The version's page answers one row, on the server and in this browser, and both say the same. */
async function expectBothAgree(page: Page, version: string, answer: string, row: Record<string, string> = {}) {
  await page.goto(`/models/${version}`)
  for (const [name, value] of Object.entries(row)) await page.getByLabel(name, { exact: true }).fill(value)
  await page.getByRole('switch', { name: 'Also run the model in this browser' }).click()
  await page.getByRole('button', { name: `Predict ${answer}` }).click()
  await expect(page.getByText('Both agree')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByTestId('trial-label')).toHaveCount(2)
}

test('mail is put into groups and the odd ones found without a label; a curve says whether more mail would help', async ({ page, api }) => {
  test.setTimeout(240_000)
  const workflow = await openLine(page, api, 'Mail without labels', mailLine)
  const dock = dockOf(page)
  await runAll(page, mailLine.stages.length)

  await test.step('the groups are listed and drawn, and each says what is typical of it', async () => {
    await select(page, 'groups')
    for (const name of ['Clusters', 'Picture', 'Typical of cluster 1']) await expect(dock.getByRole('heading', { name })).toBeVisible()
    await expect(dock.getByRole('img', { name: '400 rows along two components, by cluster', exact: true })).toBeVisible()
    const clusters = dock.locator('section.card', { has: page.getByRole('heading', { name: 'Clusters', exact: true }) }).getByRole('button')
    await expect(clusters).toHaveCount(4)
    await expect(clusters.first()).toHaveAttribute('aria-pressed', 'true')
    await clusters.filter({ hasText: /^3/ }).click()
    await expect(dock.getByRole('heading', { name: 'Typical of cluster 3' })).toBeVisible()
    await expect(dock.getByRole('img', { name: /cluster 3 stands out/ })).toBeVisible()
    await expect(dock.getByRole('heading', { name: 'Rows in the middle of cluster 3' })).toBeVisible()
  })

  await test.step('unusual rows come with the columns that make them so, and can be opened', async () => {
    await select(page, 'odd')
    await expect(dock.getByRole('heading', { name: 'Most unusual rows' })).toBeVisible()
    await expect(dock.getByText(/^20 rows score 0\.\d+ or more/)).toBeVisible()
    await dock.getByLabel('Column', { exact: true }).selectOption('hour')
    await expect(dock.getByRole('cell', { name: /hour \d+, usually \d+/ }).first()).toBeVisible()
  })

  await test.step('the inspector shows the terms that Text features makes', async () => {
    await select(page, 'text')
    await page.getByRole('tab', { name: 'Makes' }).click()
    await expect(page.locator('.inspector').getByRole('row', { name: /^re\b/ })).toBeVisible()
  })

  await test.step('the learning curve gives its verdict, and Explain its single rows', async () => {
    await select(page, 'curve')
    await expect(dock.getByText(/more rows/i).first()).toBeVisible()
    await expect(dock.getByRole('img', { name: /^macro F1 on training and on test rows/ })).toBeVisible()
    await select(page, 'explain')
    await expect(dock.getByRole('heading', { name: 'Single rows' })).toBeVisible()
    await dock.getByLabel('Row to explain').selectOption('2')
    await expect(dock.getByRole('button', { name: 'Features of subject' })).toBeVisible()
  })

  await test.step('the group of a new message is the same on the server and in this browser', async () => {
    await expectBothAgree(page, 'mail-groups/1', 'group', { subject: 'Your chance this month' })
    await page.getByRole('button', { name: 'Why this answer' }).click()
    const why = page.getByRole('region', { name: 'Why this answer' })
    await expect(why.getByText(/what is different in this row makes it/)).toBeVisible()
  })

  await test.step('the run page with these reports is accessible and fits a phone', () =>
    expectReportsSound(page, api, workflow, ['K-means clusters', odd, 'Learning curve', 'Explain', 'Text features', 'Components']))
})

test('customers are recommended what they do not have yet, and a program asks for it', async ({ page, api, gatewayUrl }) => {
  test.setTimeout(240_000)
  const line = ordersLine(await uploadCsv(api, 'grocer-orders.csv', ordersCsv(240)))
  const workflow = await openLine(page, api, 'Next product', line)
  const dock = dockOf(page)
  await runAll(page, line.stages.length)

  await test.step('it is measured beside recommending what is popular', async () => {
    await select(page, 'next')
    await expect(dock.getByText(/better than popularity/i).first()).toBeVisible()
    for (const name of ['NDCG', 'Recall', 'MRR']) await expect(dock.getByText(name, { exact: true }).first()).toBeVisible()
    await expect(dock.getByText(/^popularity: 0\.\d/).first()).toBeVisible()
  })

  await test.step('the table lists five products for every customer', async () => {
    await dock.getByRole('button', { name: 'Recommendations' }).click()
    await expect(dock.getByText('First 100 of 1,200 rows')).toBeVisible()
    await expect(dock.getByRole('row', { name: /C-1000/ }).first()).toBeVisible()
  })

  await test.step('the gateway never recommends what the history holds', async () => {
    const { secret } = await callApi<{ secret: string }>(api, 'mutation', 'keys.create', { name: 'shop', deployments: ['next-product'] })
    const call = openCaller({ url: gatewayUrl, deployment: 'next-product', key: secret })
    for (const had of [['Assam tea'], ['Espresso', 'Filter coffee', 'Oat milk'], ['Olive oil', 'Penne'], []]) {
      const { label, probabilities } = answerSchema.parse((await call({ body: { history: had.join('|') } })).body)
      expect(had).not.toContain(label)
      for (const product of had) expect(probabilities[product]).toBe(0)
    }
    const { label } = answerSchema.parse((await call({ body: { history: 'Espresso|Filter coffee|Oat milk' } })).body)
    expect(['Moka pot', 'Biscotti', 'Dark chocolate', 'Coffee filters', 'Cane sugar']).toContain(label)
  })

  await test.step('the server and this browser recommend the same', () => expectBothAgree(page, 'next-product/1', 'product'))

  await test.step('the run page with the report is accessible and fits a phone', () =>
    expectReportsSound(page, api, workflow, ['Recommend items']))
})

test('a model that scikit-learn made is taken over from its file, and verified', async ({ page, api }) => {
  test.setTimeout(240_000)
  const names = ['a', 'b', 'c', 'd']
  const rows = golden.x.map((row, i) => [...row.map((value) => value.toFixed(3)), golden.three[i]].join(','))
  const line = importLine(await uploadCsv(api, 'measured.csv', [[...names, 'kind'].join(','), ...rows].join('\n')))
  const workflow = await openLine(page, api, 'From elsewhere', line)
  const dock = dockOf(page)

  await test.step('the file and its columns are chosen in the inspector', async () => {
    await select(page, 'import')
    await expect(page.locator('.inspector').getByText('Choose an .onnx file.')).toBeVisible()
    await page
      .getByLabel('Model file to upload')
      .setInputFiles({ name: 'kinds.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from(linearFile()) })
    await expect(field(page, 'Model file')).toHaveValue('kinds.onnx')
    for (const name of names) await field(page, 'Columns').selectOption(name)
    await field(page, 'Column with the right answers').selectOption('kind')
    await expect(page.getByText(/^Saved /)).toBeVisible()
  })

  await test.step('the report says what the file is and what it answered', async () => {
    await runAll(page, line.stages.length)
    await select(page, 'import')
    for (const name of ['The file', 'What it reads', 'What it answered', 'Operators']) {
      await expect(dock.getByRole('heading', { name })).toBeVisible()
    }
    await expect(dock).toContainText('skl2onnx')
  })

  await test.step('the version says where it came from, and answers alike in both places', async () => {
    await expectBothAgree(page, 'from-elsewhere/1', 'kind')
    await expect(page.getByRole('main')).toContainText('imported from kinds.onnx')
    await expect(page.getByRole('heading', { name: 'Origin' })).toBeVisible()
    await page.getByRole('button', { name: 'Why this answer' }).click()
    await expect(page.getByText(/This model came as a file/)).toBeVisible()
    await expectAccessible(page)
    await expect(page.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
  })

  await test.step('wrapped again from the command line, it has the same bytes', async () => {
    const { code, stdout } = await runCommand(['verify', 'from-elsewhere@1'], owner.email)
    expect(stdout).toMatch(/^Equal: from-elsewhere@1 was imported from kinds\.onnx/)
    expect(code).toBe(0)
  })

  await test.step('the run page with the report is accessible and fits a phone', () =>
    expectReportsSound(page, api, workflow, ['Import ONNX$', 'Import ONNX classification$']))
})

test('the page of a failed run fits a phone, however long the names in its message are', async ({ page, api }) => {
  const { id: workflowId } = await callApi<{ id: string }>(api, 'mutation', 'workflows.create', { name: 'Not there' })
  await callApi(api, 'mutation', 'workflows.save', { id: workflowId, baseNumber: 1, graph: failingLine })
  const overrides = { 'sql.sql': `SELECT ${'not_there_either_'.repeat(5)} FROM a` }
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'runs.start', { workflowId, overrides })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/runs/${id}`)
  await expect(page.getByRole('alert').filter({ hasText: 'not_there_either_' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/^sql\.sql = SELECT/)).toBeVisible()
  await expectNoOverflow(page)
})
