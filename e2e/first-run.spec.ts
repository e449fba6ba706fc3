import { expect, test } from '@playwright/test'
import { canvasOf, nodeOf } from './support/builder'
import { type FreshHouse, startFreshHouse } from './support/fresh-house'
import { owner } from './support/people'
import { expectAccessible, expectNoOverflow, switchTheme, takePictures, themes } from './support/pictures'

let house: FreshHouse
test.beforeAll(async () => {
  house = await startFreshHouse()
})
test.afterAll(() => house.stop())

test('from the first visit to a green e-mail triage line with a live endpoint', async ({ page }) => {
  test.setTimeout(300_000)
  await test.step('the first visitor becomes the owner and lands on the sample', async () => {
    await page.goto(house.url)
    await expect(page).toHaveURL(/\/welcome$/)
    for (const theme of themes) {
      await switchTheme(page, theme)
      await expectAccessible(page, theme === 'light' ? 'all' : 'colours')
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await expectNoOverflow(page)
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByLabel('Your name').fill(owner.name)
    await page.getByLabel('E-mail').fill(owner.email)
    await page.getByLabel('Password').fill(owner.password)
    await page.getByRole('button', { name: 'Create the owner and open the sample' }).click()
    await page.waitForURL(/\/workflows\/[0-9a-f-]{36}/)
    await expect(nodeOf(page, 'mail')).toBeVisible()
    await expect(page).toHaveTitle(/E-mail triage/)
  })

  await test.step('one press of Run makes every stage green', async () => {
    const stages = canvasOf(page).locator('.react-flow__node-stage')
    await expect(stages.first()).toBeVisible()
    await page
      .getByRole('button', { name: /^Run\b/ })
      .first()
      .click()
    const strip = page.getByRole('status', { name: 'Run 1' })
    await expect(strip).toBeVisible()
    await expect(strip.getByRole('img', { name: 'Done' })).toBeVisible({ timeout: 240_000 })
    await nodeOf(page, 'evaluate').locator('h3').click()
    await expect(page.getByRole('region', { name: 'Port preview' }).getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
    await takePictures(page, 'builder')
    await page.getByRole('link', { name: 'Run 1', exact: true }).click()
    await expect(page).toHaveURL(/\/runs\//)
    await expect(page.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
    await takePictures(page, 'run')
  })

  await test.step('the model lies in the registry with its report, and the workflow shows its newest run', async () => {
    await page.goto(`${house.url}/models/email-triage/1`)
    await expect(page.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
    await takePictures(page, 'model')
    await page.goto(`${house.url}/workflows`)
    await expect(page.locator('a.wf').first()).toContainText('email-triage')
    await takePictures(page, 'workflows')
  })

  await test.step('the model answers at its endpoint, to those with a key only', async () => {
    const refused = await page.request.post(`${house.gatewayUrl}/v1/email-triage/predict`, { data: { subject: 'hello' } })
    expect(refused.status()).toBe(401)
    await page.goto(`${house.url}/deployments/email-triage`)
    await expect(page.getByRole('heading', { name: 'email-triage' })).toBeVisible()
  })
})
