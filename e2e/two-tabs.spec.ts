import type { Page } from '@playwright/test'
import { newWorkflow, nodeOf } from './support/builder'
import { expect, test } from './support/test'

const share = (page: Page, name: 'Test share' | 'Validation share') => page.getByRole('textbox', { name })
const saved = (page: Page) => expect(page.locator('.saved')).toHaveText(/^Saved /)

/** An open tab does not look for the work of others while it is hidden. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate((value) => Object.defineProperty(document, 'hidden', { value, configurable: true }), hidden)

test('two tabs: what does not overlap is merged, what does is asked, nothing is dropped', async ({ page, context }) => {
  await newWorkflow(page)
  await page.locator('.palette [data-stage="split"]').click()
  await saved(page)
  const other = await context.newPage()
  await other.goto(page.url())
  for (const tab of [page, other]) await nodeOf(tab, 'split').locator('h3').click()

  await test.step('the other tab takes over', async () => {
    await share(page, 'Test share').fill('0.3')
    await saved(page)
    await expect(share(other, 'Test share')).toHaveValue('0.3', { timeout: 12_000 })
  })

  await test.step('edits of two settings merge', async () => {
    await hide(other, true)
    await share(page, 'Validation share').fill('0.1')
    await expect(page.locator('.topbar .badge', { hasText: 'v4' })).toBeVisible()
    await share(other, 'Test share').fill('0.25')
    await expect(share(other, 'Validation share')).toHaveValue('0.1')
    await expect(share(other, 'Test share')).toHaveValue('0.25')
    await saved(other)
  })

  await test.step('edits of one setting: who, when, what; mine goes on top', async () => {
    await expect(share(page, 'Test share')).toHaveValue('0.25', { timeout: 12_000 })
    await hide(page, true)
    await share(other, 'Test share').fill('0.4')
    await expect(other.locator('.topbar .badge', { hasText: 'v6' })).toBeVisible()
    await share(page, 'Test share').fill('0.5')
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('saved v6')
    await expect(dialog).toContainText('Split, Test share')
    await expect(dialog).toContainText('Where you both began: 0.25')
    await expect(dialog.getByRole('radio', { name: /0\.4/ })).toBeVisible()
    await dialog.getByRole('button', { name: 'Save mine as v7' }).click()
    await saved(page)
    await expect(share(page, 'Test share')).toHaveValue('0.5')
    await hide(other, false)
    await expect(share(other, 'Test share')).toHaveValue('0.5', { timeout: 12_000 })
  })

  await test.step('without a line it says so and keeps the edit', async () => {
    await context.setOffline(true)
    await share(page, 'Test share').fill('0.6')
    await expect(page.locator('.saved')).toContainText('kept here')
    await context.setOffline(false)
    await expect(page.locator('.saved')).toHaveText(/^Saved /, { timeout: 20_000 })
  })
})

test('a killed tab loses at most a second', async ({ page, context }) => {
  await newWorkflow(page)
  await page.locator('.palette [data-stage="split"]').click()
  await saved(page)
  await nodeOf(page, 'split').locator('h3').click()
  await context.setOffline(true)
  await share(page, 'Test share').fill('0.66')
  await expect(page.locator('.saved')).toContainText('kept here')
  const address = page.url()
  await page.close({ runBeforeUnload: false })
  await context.setOffline(false)
  const again = await context.newPage()
  // A draft counts as left behind after three seconds; before, a living tab may still be saving it.
  await again.waitForTimeout(3_500)
  await again.goto(address)
  await nodeOf(again, 'split').locator('h3').click()
  await expect(again.getByText('Brought back what was not saved')).toBeVisible()
  await expect(share(again, 'Test share')).toHaveValue('0.66')
  await saved(again)
})
