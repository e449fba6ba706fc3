import { expect, type Locator, type Page } from '@playwright/test'

/** Makes a blank workflow and waits for its canvas. */
export async function newWorkflow(page: Page): Promise<void> {
  await page.goto('/workflows')
  await page.getByRole('button', { name: 'New workflow' }).click()
  await page.waitForURL(/\/workflows\/[0-9a-f-]{36}$/)
  await expect(page.getByText('Nothing is drawn yet')).toBeVisible()
}

export function canvasOf(page: Page): Locator {
  return page.locator('.canvas .react-flow')
}

/** The node of a stage, by its id in the graph. */
export function nodeOf(page: Page, stage: string): Locator {
  return page.locator(`.react-flow__node[data-id="${stage}"]`)
}

/** The middle of a port, in the window. */
export async function portOf(page: Page, stage: string, port: string): Promise<[x: number, y: number]> {
  const box = await page.locator(`.react-flow__handle[data-nodeid="${stage}"][data-handleid="${port}"]`).boundingBox()
  if (!box) throw new Error(`The port ${stage}.${port} is not visible.`)
  return [box.x + box.width / 2, box.y + box.height / 2]
}
