import { trainMailModel } from './support/mail-model'
import { expect, test } from './support/test'

test('a registered model is read, tried in two places, compared and made champion', async ({ page, api, someone }) => {
  test.setTimeout(300_000)
  await trainMailModel(api)

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

  await test.step('it says why, and which training rows are most like this one', async () => {
    await page.getByRole('button', { name: 'Why this answer' }).click()
    const why = page.getByRole('region', { name: 'Why this answer' })
    await expect(why.getByText(/what this row holds makes it/)).toBeVisible()
    await why.getByRole('button', { name: 'Features of subject' }).click()
    await expect(why.getByText(/prize/).first()).toBeVisible()
    await expect(why.getByRole('button', { name: /^Open training row/ })).toHaveCount(5)
  })

  await test.step('the file can be taken home', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Download \.onnx/ }).click()])
    expect(download.suggestedFilename()).toBe('mail-check-v2.onnx')
  })

  await test.step('the page is whole', async () => {
    await expect(page.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Training reference' })).toBeVisible()
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
