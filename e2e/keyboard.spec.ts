import { canvasOf, newWorkflow, nodeOf } from './support/builder'
import { expect, test } from './support/test'

test('a line of five stages is built, connected and read without a mouse', async ({ page }) => {
  await newWorkflow(page)
  const nodes = canvasOf(page).locator('.react-flow__node-stage')
  const edges = canvasOf(page).locator('.react-flow__edge')
  const menu = page.locator('.point-menu')
  const add = async (search: string) => {
    await page.keyboard.press('/')
    await expect(menu).toBeVisible()
    await page.keyboard.type(search)
    await page.keyboard.press('Enter')
    await expect(menu).toHaveCount(0)
  }
  const connect = async (to: RegExp) => {
    await page.keyboard.press('c')
    await expect(menu).toBeVisible()
    const wanted = menu.getByRole('option', { name: to })
    for (let i = 0; i < 12 && (await wanted.getAttribute('aria-selected')) !== 'true'; i++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(menu).toHaveCount(0)
  }

  for (const search of ['sample data', 'dedupe', 'split', 'logistic', 'evaluate']) await add(search)
  await expect(nodes).toHaveCount(5)

  await test.step('each stage follows the one before, where their ports fit', async () => {
    await expect(edges).toHaveCount(4)
  })

  await test.step('C connects with any other port that fits', async () => {
    await connect(/Rows with answers ← Split.*, Test/)
    await expect(edges).toHaveCount(5)
  })

  await test.step('Alt and arrows walk along the line', async () => {
    await page.keyboard.press('Alt+ArrowLeft')
    await expect(nodeOf(page, 'logistic-regression')).toHaveClass(/selected/)
  })

  await test.step('Enter goes to the settings, Tab through them, Escape back', async () => {
    await page.keyboard.press('Enter')
    await expect(page.locator('.inspector :focus')).toHaveCount(1)
  })
  await expect(page.getByText(/^Saved /)).toBeVisible()
})

test('stages are moved, renamed, removed and brought back by keys', async ({ page }) => {
  await newWorkflow(page)
  await page.keyboard.press('/')
  await page.keyboard.type('dedupe')
  await page.keyboard.press('Enter')
  const node = nodeOf(page, 'dedupe')
  await expect(node).toHaveClass(/selected/)
  await node.focus()
  const before = await node.boundingBox()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+ArrowDown')
  const moved = await node.boundingBox()
  expect((moved?.x ?? 0) - (before?.x ?? 0)).toBeGreaterThan(0)
  expect((moved?.y ?? 0) - (before?.y ?? 0)).toBeGreaterThan((moved?.x ?? 0) - (before?.x ?? 0))

  await page.keyboard.press('F2')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Only once')
  await page.keyboard.press('Enter')
  await expect(node.getByRole('heading', { name: 'Only once' })).toBeVisible()

  await node.focus()
  await page.keyboard.press('Delete')
  await expect(node).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(node).toBeVisible()

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
})
