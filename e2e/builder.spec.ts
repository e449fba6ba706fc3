import { canvasOf, newWorkflow, nodeOf, portOf } from './support/builder'
import { connectPorts, dropFromPalette } from './support/canvas'
import { expect, test } from './support/test'

test('a line is drawn by hand: dragged, connected, refused in words, inserted, undone', async ({ page }) => {
  await newWorkflow(page)
  const canvas = canvasOf(page)
  const nodes = canvas.locator('.react-flow__node-stage')
  const edges = canvas.locator('.react-flow__edge')
  const item = (type: string) => page.locator(`.palette [data-stage="${type}"]`)

  await dropFromPalette(item('sample-data'), canvas, { x: 160, y: 140 })
  const [dropped, pane] = [await nodeOf(page, 'sample-data').boundingBox(), await canvas.boundingBox()]
  // It lies under the pointer, where it was let go.
  expect(Math.abs((dropped?.x ?? 0) + (dropped?.width ?? 0) / 2 - (pane?.x ?? 0) - 160)).toBeLessThan(8)
  await dropFromPalette(item('split'), canvas, { x: 460, y: 140 })
  await connectPorts(page, canvas, { node: 'sample-data', handle: 'table' }, { node: 'split', handle: 'table' })

  await test.step('releasing a connection on the empty canvas lists what fits, and adds it as one step', async () => {
    await page.mouse.move(...(await portOf(page, 'split', 'train')))
    await page.mouse.down()
    await page.mouse.move(600, 400, { steps: 3 })
    await page.mouse.move(680, 430, { steps: 6 })
    await page.mouse.up()
    const menu = page.locator('.point-menu')
    await expect(menu).toBeVisible()
    await expect(menu.getByPlaceholder('Takes a table')).toBeFocused()
    await expect(menu.getByRole('option', { name: /^Register/ })).toBeVisible()
    await expect(menu.getByRole('option', { name: /^File/ })).toHaveCount(0)
    await page.keyboard.type('logistic')
    await page.keyboard.press('Enter')
    await expect(nodes).toHaveCount(3)
    await expect(edges).toHaveCount(2)
    await page.keyboard.press('Control+z')
    await expect(nodes).toHaveCount(2)
    await expect(edges).toHaveCount(1)
    await page.keyboard.press('Control+Shift+z')
    await expect(edges).toHaveCount(2)
  })

  await test.step('a port that does not fit says why', async () => {
    await page.mouse.move(...(await portOf(page, 'logistic-regression', 'model')))
    await page.mouse.down()
    const [x, y] = await portOf(page, 'split', 'table')
    await page.mouse.move(x + 20, y + 20, { steps: 6 })
    await page.mouse.move(x, y, { steps: 6 })
    await expect(page.getByText('Split takes a table here; Logistic regression gives a model.')).toBeVisible()
    await page.mouse.up()
    await expect(edges).toHaveCount(2)
    await page.keyboard.press('Escape')
  })

  await test.step('a removed stage is one step, and Ctrl Del joins its neighbours', async () => {
    await nodeOf(page, 'split').locator('h3').click()
    await page.keyboard.press('Delete')
    await expect(nodes).toHaveCount(2)
    await expect(edges).toHaveCount(0)
    await page.keyboard.press('Control+z')
    await expect(edges).toHaveCount(2)
    await nodeOf(page, 'split').locator('h3').click()
    await page.keyboard.press('Control+Delete')
    await expect(nodes).toHaveCount(2)
    await expect(edges).toHaveCount(1)
    await page.keyboard.press('Control+z')
    await expect(nodes).toHaveCount(3)
  })

  await test.step('a wrong value is said in one sentence as it is typed', async () => {
    await nodeOf(page, 'split').locator('h3').click()
    const share = page.getByRole('textbox', { name: 'Test share' })
    await share.fill('1.5')
    await expect(page.getByText('Less than 1. For example 0.2.').first()).toBeVisible()
    await share.fill('0.25')
    await expect(page.getByText('Less than 1. For example 0.2.')).toHaveCount(0)
  })

  await test.step('it is saved within a second and is there after a reload', async () => {
    await expect(page.getByText(/^Saved /)).toBeVisible({ timeout: 2_000 })
    await page.reload()
    await expect(nodes).toHaveCount(3)
    await nodeOf(page, 'split').locator('h3').click()
    await expect(page.getByRole('textbox', { name: 'Test share' })).toHaveValue('0.25')
  })
})

test('copied stages are readable JSON and go into another workflow', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await newWorkflow(page)
  await page.locator('.palette [data-stage="sample-data"]').click()
  await page.locator('.palette [data-stage="dedupe"]').click()
  await canvasOf(page)
    .locator('.react-flow__pane')
    .click({ position: { x: 40, y: 300 } })
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+c')
  const text = await page.evaluate(() => navigator.clipboard.readText())
  expect(JSON.parse(text)).toMatchObject({
    format: 'stageline/1',
    stages: [{ type: 'sample-data' }, { type: 'dedupe' }],
    edges: [{ from: 'sample-data.table', to: 'dedupe.table' }],
  })
  await newWorkflow(page)
  await page.keyboard.press('Control+v')
  await expect(canvasOf(page).locator('.react-flow__node-stage')).toHaveCount(2)
  await expect(canvasOf(page).locator('.react-flow__edge')).toHaveCount(1)
})

test('an older version opens to be read, and is restored as a new one', async ({ page }) => {
  await newWorkflow(page)
  await page.locator('.palette [data-stage="sample-data"]').click()
  await expect(page.locator('.topbar .badge', { hasText: 'v2' })).toBeVisible()
  await nodeOf(page, 'sample-data').locator('h3').click()
  await page.keyboard.press('Delete')
  await expect(page.locator('.topbar .badge', { hasText: 'v3' })).toBeVisible()
  await page.goto(`${page.url()}?version=2`)
  await expect(page.getByText('This is v2 of 3. Restore it to change it.')).toBeVisible()
  await expect(nodeOf(page, 'sample-data')).toBeVisible()
  await page.getByRole('button', { name: 'Restore v2' }).click()
  await expect(page.getByText('v2 is back as v4')).toBeVisible()
  await expect(page.locator('.topbar .badge', { hasText: 'v4' })).toBeVisible()
  await expect(nodeOf(page, 'sample-data')).toBeVisible()
})
