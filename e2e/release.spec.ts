import type { Page } from '@playwright/test'
import { callApi } from './support/api'
import { answerSchema, type GatewayCall, inParallel, openCaller, streamRequests } from './support/gateway'
import { trainMailModel } from './support/mail-model'
import { owner } from './support/people'
import { expect, test } from './support/test'

const deployment = 'mail-release'
const record = { subject: 'Free prize', body: 'Click now and win a free prize', hour: 3 }

/** The sheet that deploys, with its reason written. */
async function fillSheet(page: Page, fields: { version?: string; deployment?: string; share?: string; reason: string }) {
  const sheet = page.getByRole('dialog', { name: 'Deploy mail-check' })
  if (fields.version) {
    // The label goes on with the aliases of the version, which other journeys move.
    const option = sheet.getByLabel('Version', { exact: true }).getByRole('option', { name: new RegExp(`^${fields.version}\\b`) })
    await sheet.getByLabel('Version', { exact: true }).selectOption((await option.getAttribute('value')) ?? '')
  }
  if (fields.deployment) await sheet.getByLabel('Deployment').fill(fields.deployment)
  if (fields.share) {
    await sheet.getByRole('radio', { name: /^By hand/ }).check()
    await sheet.getByLabel('Share of the traffic').selectOption(fields.share)
  }
  await sheet.getByLabel('Reason').fill(fields.reason)
  return sheet
}

/** The release and version that answer now. */
async function answering(call: GatewayCall): Promise<string> {
  const { status, body } = await call({ body: record, caller: 'somebody' })
  if (status !== 200) return `status ${status}`
  const { release, version } = answerSchema.parse(body)
  return `release ${release}, ${version}`
}

test.describe.configure({ mode: 'serial' })
/** Made in the first journey, used in both. */
let key = ''

test('a version goes live, and answers those who have a key', async ({ page, api, gatewayUrl }) => {
  test.setTimeout(300_000)
  await trainMailModel(api)

  await test.step('a version is deployed from its page', async () => {
    await page.goto('/models/mail-check/1')
    await page.getByRole('button', { name: 'Deploy v1' }).click()
    const sheet = await fillSheet(page, { deployment, reason: 'First of its kind' })
    await expect(sheet.getByText(`${deployment} is made with this release`)).toBeVisible()
    await expect(sheet.getByRole('row', { name: /^accuracy/ })).toBeVisible()
    await sheet.getByRole('button', { name: 'Deploy v1 all traffic' }).click()
    await expect(page.getByText(`Release 1 of ${deployment}`)).toBeVisible()
    await page.getByRole('link', { name: deployment }).click()
    await expect(page.getByRole('heading', { name: deployment })).toBeVisible()
  })

  await test.step('with one release there is nothing to roll back to, and the page says so', async () => {
    await expect(page.getByRole('button', { name: 'Roll back' })).toHaveAttribute('aria-disabled', 'true')
    await expect(page.getByText('There is no earlier release to go back to.')).toBeVisible()
  })

  key = await test.step('a key is made, and shown once', async () => {
    await page.goto('/settings/keys')
    await page.getByRole('button', { name: 'Make a key' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('helpdesk-test')
    await dialog.getByRole('radio', { name: 'only these' }).check()
    for (const box of await dialog.getByRole('checkbox').all()) await box.uncheck()
    await dialog.getByRole('checkbox', { name: deployment }).check()
    await dialog.getByRole('button', { name: 'Make the key' }).click()
    const secret = await dialog.getByTestId('new-key').textContent()
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await expect(page.getByRole('row', { name: /helpdesk-test/ })).toContainText(deployment)
    if (!secret) throw new Error('The dialog shows no key.')
    await expect(page.getByText(secret)).toHaveCount(0)
    return secret
  })
  const call = openCaller({ url: gatewayUrl, deployment, key })

  await test.step('the answer has label, confidence, probabilities, id and version', async () => {
    const { status, body } = await call({ body: record })
    expect(status).toBe(200)
    const answer = answerSchema.parse(body)
    expect(answer).toMatchObject({ model: 'mail-check', version: 'v1', deployment, release: 1 })
    expect(answer.probabilities[answer.label]).toBe(answer.confidence)
    expect(Object.values(answer.probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4)
  })

  await test.step('what does not fit is refused, each with its status and its field', async () => {
    const { hour: _, ...short } = record
    const refusals: [status: number, words: RegExp, field: string | undefined, options: Parameters<GatewayCall>[0]][] = [
      [422, /"colour", which the model does not read/, 'colour', { body: { ...record, colour: 'red' } }],
      [422, /lacks the field "hour"/, 'hour', { body: short }],
      [422, /"hour" of record 1 must be a number or null, but is a text/, 'hour', { body: { ...record, hour: 'noon' } }],
      [400, /not JSON/, undefined, { text: '{"subject": ' }],
      [413, /1,001 records are more than the 1,000/, undefined, { body: Array.from({ length: 1001 }, () => record) }],
      [401, /key is missing/, undefined, { body: record, key: null }],
      [401, /unknown or was revoked/, undefined, { body: record, key: 'sl_never-made' }],
    ]
    for (const [status, words, field, options] of refusals) {
      const answer = await call(options)
      const message = expect.stringMatching(words)
      expect(answer).toEqual({ status, body: { error: expect.objectContaining(field === undefined ? { message } : { message, field }) } })
    }
  })

  await test.step('a key for one deployment opens no other, and what was never deployed is not found', async () => {
    const { secret } = await callApi<{ secret: string }>(api, 'mutation', 'keys.create', { name: 'everything', deployments: null })
    const nowhere = { url: gatewayUrl, deployment: 'nowhere' }
    expect(await openCaller({ ...nowhere, key: secret })({ body: record })).toMatchObject({ status: 404 })
    expect(await openCaller({ ...nowhere, key })({ body: record })).toMatchObject({ status: 403 })
  })
})

test('a second version gets a share, is promoted, and the first is brought back under load', async ({ page, gatewayUrl }) => {
  test.setTimeout(180_000)
  const call = openCaller({ url: gatewayUrl, deployment, key })

  await test.step('a second version becomes the challenger, after its difference to what is live was read', async () => {
    await page.goto(`/deployments/${deployment}`)
    await page.getByRole('button', { name: 'Deploy a version' }).click()
    const sheet = await fillSheet(page, { version: 'v2', share: '10 %, as challenger', reason: 'Simpler, worth a look' })
    await expect(sheet.getByText(`Live on ${deployment}: v1, release 1`)).toBeVisible()
    await expect(sheet.getByRole('row', { name: /estimator\.c 10 1/ })).toBeVisible()
    await expect(sheet.getByRole('row', { name: /^macro F1/ })).toContainText(/better|worse|same/)
    await sheet.getByRole('button', { name: 'Deploy v2 10 % of the traffic' }).click()
    await expect(page.getByRole('img', { name: /90 % to champion v1, 10 % to challenger v2/ })).toBeVisible()
  })

  await test.step('its share is moved to 20 %, in the picture and in what is answered, the same for one caller', async () => {
    const slider = page.getByRole('slider', { name: 'Share for challenger v2' })
    await slider.focus()
    await page.keyboard.press('PageUp')
    await page.getByRole('button', { name: 'Apply 20 %' }).click()
    await expect(page.getByText('The traffic is split anew')).toBeVisible()
    await expect(page.getByRole('img', { name: /80 % to champion v1, 20 % to challenger v2/ })).toBeVisible()
    await expect.poll(() => answering(call)).toMatch(/^release 3,/)

    const versionFor = async (caller: number) => answerSchema.parse((await call({ body: record, caller: `caller-${caller}` })).body).version
    const callers = { count: 600, atOnce: 6 }
    const versions = await inParallel(callers, versionFor)
    const share = versions.filter((version) => version === 'v2').length / versions.length
    // Four and a half standard deviations of 600 draws: the hash of this deployment's id decides, and that is new each time.
    expect(Math.abs(share - 0.2)).toBeLessThan(0.074)
    expect(await inParallel({ count: 60, atOnce: 6 }, versionFor)).toEqual(versions.slice(0, 60))
  })

  await test.step('promoted, it answers everybody', async () => {
    await page.getByRole('button', { name: 'Promote v2' }).click()
    await expect(page.getByRole('img', { name: /100 % to champion v2/ })).toBeVisible()
    await expect.poll(() => answering(call)).toBe('release 4, v2')
  })

  await test.step('one click brings the first back within 5 s, and no request fails meanwhile', async () => {
    const stream = streamRequests(() => call({ body: record }), 5_000)
    await expect.poll(() => stream.answers.length).toBeGreaterThan(20)
    await page.getByRole('button', { name: 'Roll back to v1 in force in 5 s' }).click()
    await expect.poll(() => answering(call), { timeout: 5_000, intervals: [50] }).toBe('release 5, v1')
    const before = stream.answers.length
    await expect.poll(() => stream.answers.length).toBeGreaterThan(before + 50)
    await stream.stop()
    expect(stream.answers.filter(({ status }) => status !== 200)).toEqual([])
    const versions = stream.answers.map(({ body }) => answerSchema.parse(body).version)
    const switchedAt = versions.indexOf('v1')
    expect(switchedAt).toBeGreaterThan(20)
    expect(new Set(versions.slice(0, switchedAt))).toEqual(new Set(['v2']))
    expect(new Set(versions.slice(switchedAt))).toEqual(new Set(['v1']))
  })
})

test('who changed what, when and why stands in the history and in the audit log', async ({ page, gatewayUrl }) => {
  const call = openCaller({ url: gatewayUrl, deployment, key })

  await test.step('the history says what, when, who and why', async () => {
    await page.goto(`/deployments/${deployment}`)
    const history = page.locator('section', { has: page.getByRole('heading', { name: 'History' }) })
    const lines = history.getByRole('listitem')
    await expect(lines).toHaveText([
      /^Rolled back to v1, as in release 1.*Rolled back from the deployment page/,
      /^v2 promoted/,
      /^Canary at 20 %/,
      /^Canary of v2 at 10 %.*Simpler, worth a look/,
      /^v1 deployed.*First of its kind/,
    ])
    for (const line of await lines.all()) {
      await expect(line).toContainText(`by ${owner.name}`)
      await expect(line.locator('time')).toHaveAttribute('title', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/)
    }
    await expect(lines.first().getByRole('img', { name: 'in force' })).toBeVisible()
    await expect(history.getByRole('img', { name: 'in force' })).toHaveCount(1)
  })

  await test.step('a revoked key is refused, on the keys page and at the gateway', async () => {
    await page.goto('/settings/keys')
    const line = page.getByRole('row', { name: /helpdesk-test/ })
    await line.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click()
    await expect(line).toContainText('revoked')
    await expect.poll(async () => (await call({ body: record })).status).toBe(401)
  })

  await test.step('the audit log has a line for each change, in words, with the whole of it on demand', async () => {
    await page.goto('/settings/audit')
    await page.getByRole('searchbox').fill(deployment)
    const lines = page.getByRole('row', { name: new RegExp(`${owner.name} admin .* deployment ${deployment}`) })
    await expect(lines).toHaveCount(5)
    const actions = ['release.rollback', 'release.promote', 'release.share', 'release.canary', 'release.deploy']
    for (const [i, action] of actions.entries()) await expect(lines.nth(i)).toContainText(action)
    await expect(lines.nth(3)).toContainText('routes: v1 100 % → v1 90 %, v2 10 %')
    await expect(lines.nth(3)).toContainText('Simpler, worth a look')
    await expect(lines.nth(3).getByText('"versionId"')).toBeHidden()
    await lines.nth(3).getByText('routes: v1 100 %').click()
    await expect(lines.nth(3).getByText('"versionId"')).toBeVisible()

    await page.getByRole('searchbox').fill('key.')
    const ofKey = page.getByRole('row').filter({ hasText: 'name: helpdesk-test' })
    await expect(ofKey).toHaveCount(2)
    await expect(ofKey.nth(0)).toContainText('key.revoke')
    await expect(ofKey.nth(1)).toContainText('key.create')
  })
})
