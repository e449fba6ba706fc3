import { expect, type Locator, type Page } from '@playwright/test'

/** Drags a palette item onto the canvas and waits for the new node. */
export async function dropFromPalette(item: Locator, canvas: Locator, at: { x: number; y: number }): Promise<void> {
  const nodes = canvas.locator('.react-flow__node')
  const before = await nodes.count()
  await item.scrollIntoViewIfNeeded()
  await item.dragTo(canvas.locator('.react-flow__pane'), { targetPosition: at, steps: 5 })
  await expect(nodes).toHaveCount(before + 1)
}

type End = { node: string; handle: string }

/** Draws an edge with the mouse, as a person does: press on one port, move, let go on the other. */
export async function connectPorts(page: Page, canvas: Locator, from: End, to: End): Promise<void> {
  const handle = ({ node, handle: id }: End, side: 'source' | 'target') =>
    canvas.locator(`.react-flow__handle.${side}[data-nodeid="${node}"][data-handleid="${id}"]`)
  const edges = canvas.locator('.react-flow__edge')
  const before = await edges.count()
  const start = await centre(handle(from, 'source'))
  const end = await centre(handle(to, 'target'))
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  // The library begins a connection only after a few pixels of movement.
  await page.mouse.move(start.x + 8, start.y + 8, { steps: 2 })
  await page.mouse.move(end.x, end.y, { steps: 10 })
  await expect(handle(to, 'target')).toHaveClass(/connectingto|valid/)
  await page.mouse.up()
  await expect(edges).toHaveCount(before + 1)
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox()
  if (!box) throw new Error('The port is not visible, so it cannot be dragged.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
