import type { APIRequestContext, Locator } from '@playwright/test'
import superjson from 'superjson'
import { callApi } from './support/api'
import { runCommand } from './support/command-line'
import { serveBothVersions } from './support/live-deployment'
import { type MailModel, trainMailModel } from './support/mail-model'
import { expect, test } from './support/test'

const deployment = 'mail-roles'

let mail: MailModel
test.beforeEach(async ({ api }) => {
  test.setTimeout(240_000)
  mail = await trainMailModel(api)
  await serveBothVersions(api, { deployment, model: mail.model, share: 20 })
})

/** The button is off, and says why when one looks at it. */
async function expectOff(button: Locator, why: string): Promise<void> {
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await button.focus()
  await expect(button).toHaveAccessibleDescription(why)
  await button.blur()
}

/** What a procedure answers to this person. */
async function ask(request: APIRequestContext, path: string, input: unknown): Promise<{ status: number; message: string }> {
  const response = await request.post(`/api/trpc/${path}`, { data: superjson.serialize(input) })
  return { status: response.status(), message: (await response.json()).error?.json.message ?? '' }
}

/** All that a release, the workflow and the people are, to see that nothing was changed. */
async function stateOf(api: APIRequestContext): Promise<unknown> {
  const [{ release }, { newest }, people, keys, rules] = await Promise.all([
    callApi<{ release: unknown }>(api, 'query', 'deployments.get', { name: deployment }),
    callApi<{ newest: { number: number } }>(api, 'query', 'workflows.get', { id: mail.workflowId }),
    callApi<unknown[]>(api, 'query', 'people.list'),
    callApi<unknown[]>(api, 'query', 'keys.list'),
    callApi<unknown[]>(api, 'query', 'alerts.rules', {}),
  ])
  return { release, newest: newest.number, people, keys: keys.length, rules: rules.length }
}

test('a viewer sees everything and changes nothing: each button is off and says why', async ({ someone }) => {
  const { page } = await someone('viewer')
  const needs = (role: string) => `You are a viewer; this needs ${role} or above. An admin can change it under Settings, Users.`

  await page.goto(`/deployments/${deployment}`)
  await expectOff(page.getByRole('button', { name: /^Roll back to v1/ }), needs('lead'))
  await expectOff(page.getByRole('button', { name: 'Promote v2' }), needs('lead'))
  await expectOff(page.getByRole('button', { name: 'Bring back' }), needs('lead'))
  await expectOff(page.getByRole('button', { name: 'Apply', exact: true }), needs('lead'))
  await expectOff(page.getByRole('button', { name: 'Predict' }), needs('analyst'))
  await expect(page.getByRole('slider', { name: 'Share for challenger v2' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: 'Send test traffic' }).click()
  await expectOff(page.getByRole('button', { name: /^Send 600 records/ }), needs('analyst'))
  // While the tip is still open, the first Escape closes it, and the next one the dialog.
  await expect(async () => {
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 1_000 })
  }).toPass()
  await page.getByRole('button', { name: 'Deploy a version' }).click()
  const sheet = page.getByRole('dialog', { name: 'Deploy mail-check' })
  await expectOff(sheet.getByRole('button', { name: /^Deploy v2/ }), needs('lead'))
  await expect(sheet.getByText(/^May deploy: .*Olga Owner/)).toBeVisible()

  await page.goto('/models/mail-check/1')
  await expectOff(page.getByRole('button', { name: 'Deploy v1' }), needs('lead'))
  await expectOff(page.getByRole('button', { name: 'Alias' }), needs('analyst'))

  await page.goto(`/monitor/${deployment}`)
  await expectOff(page.getByRole('button', { name: 'New alert rule' }).first(), needs('lead'))

  await page.goto('/settings/keys')
  await expectOff(page.getByRole('button', { name: 'Make a key' }).first(), needs('admin'))
  await page.goto('/settings/users')
  await expectOff(page.getByRole('button', { name: 'Add a user' }), needs('admin'))
  await expect(page.getByLabel('Role of Olga Owner')).toBeDisabled()

  await page.goto('/workflows')
  await expectOff(page.getByRole('button', { name: 'New workflow' }), needs('analyst'))
  await page.goto(`/workflows/${mail.workflowId}`)
  await expect(page.getByText(needs('analyst')).first()).toBeVisible()
  await expectOff(page.getByRole('button', { name: /^Run\b/ }).first(), needs('analyst'))
})

test('the API refuses a viewer as well, and nothing is changed', async ({ someone, api }) => {
  const { request } = await someone('viewer')
  const { id: versionId } = await callApi<{ id: string }>(api, 'query', 'models.version', { name: mail.model, number: 1 })
  const { newest } = await callApi<{ newest: { number: number; graph: unknown } }>(api, 'query', 'workflows.get', { id: mail.workflowId })
  const change = { deployment, expected: 2, reason: '' }
  const rule = { deployment, name: 'x', figure: 'errorRate', operator: '>', limit: 1, minutes: 0 }
  // Each would be done for somebody with the role.
  const refused: [path: string, input: unknown, role: string][] = [
    ['runs.start', { workflowId: mail.workflowId }, 'analyst'],
    ['workflows.create', { name: 'Not made' }, 'analyst'],
    ['workflows.save', { id: mail.workflowId, baseNumber: newest.number, graph: newest.graph }, 'analyst'],
    ['deployments.sendTraffic', { name: deployment, table: null, rate: 1, count: 1, shifts: [] }, 'analyst'],
    ['models.setAlias', { name: mail.model, alias: 'mine', number: 1 }, 'analyst'],
    ['releases.deploy', { ...change, versionId, share: 100 }, 'lead'],
    ['releases.setShare', { ...change, share: 50 }, 'lead'],
    ['releases.promote', change, 'lead'],
    ['releases.rollback', change, 'lead'],
    ['alerts.createRule', rule, 'lead'],
    ['keys.create', { name: 'mine', deployments: null }, 'admin'],
    ['secrets.set', { name: 'MINE', value: 'x' }, 'admin'],
    ['people.create', { name: 'Me too', email: 'me@example.org', password: 'long enough', role: 'admin' }, 'admin'],
  ]
  const before = await stateOf(api)
  for (const [path, input, role] of refused) {
    expect({ path, ...(await ask(request, path, input)) }).toEqual({
      path,
      status: 403,
      message: expect.stringContaining(`Your role is viewer; this needs ${role} or above.`),
    })
  }
  expect(await stateOf(api)).toEqual(before)
})

test('an analyst may run but not deploy', async ({ someone, api }) => {
  const { page, request } = await someone('analyst')
  await page.goto(`/deployments/${deployment}`)
  const why = 'You are an analyst; this needs lead or above. An admin can change it under Settings, Users.'
  await expectOff(page.getByRole('button', { name: 'Promote v2' }), why)
  await page.getByRole('button', { name: 'Predict' }).click()
  await expect(page.getByText(/with \d+\.\d % confidence, by v[12] of release 2/)).toBeVisible()

  await page.goto(`/workflows/${mail.workflowId}`)
  await page
    .getByRole('button', { name: /^Run\b/ })
    .first()
    .click()
  await expect(page.getByRole('status', { name: /^Run \d+$/ }).getByRole('img', { name: /^(done|cached)$/i })).toBeVisible({
    timeout: 60_000,
  })

  const before = await stateOf(api)
  const change = { deployment, expected: 2, reason: '' }
  expect(await ask(request, 'releases.promote', change)).toMatchObject({ status: 403 })
  expect(await ask(request, 'releases.rollback', change)).toMatchObject({ status: 403 })
  expect(await stateOf(api)).toEqual(before)
})

test('the command line holds a viewer to the same rules', async ({ someone, api }) => {
  const { email } = await someone('viewer')
  const before = await stateOf(api)
  expect(await runCommand(['rollback', deployment], email)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Some viewer has the role viewer; this needs lead or above.'),
  })
  expect(await runCommand(['--json', 'run', 'email-triage'], email)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('"code": "forbidden"'),
  })
  expect(await stateOf(api)).toEqual(before)
})
