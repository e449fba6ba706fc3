import type { Locator, Page } from '@playwright/test'
import { callApi } from './support/api'
import { nodeOf } from './support/builder'
import { sendTestTraffic, serveBothVersions, startSteadyTraffic } from './support/live-deployment'
import { trainMailModel } from './support/mail-model'
import { ownerSession } from './support/people'
import { expectAccessible, expectNoOverflow, switchTheme, takePicture, themes } from './support/pictures'
import { expect, test } from './support/test'
import { ticketsCsv } from './support/tickets'
import { uploadCsv } from './support/upload'

/** What all pages are looked at with: prepared once, by whichever journey came first. */
type Prepared = { workflowId: string; runs: [string, string]; dataSetId: string; liveSince: string }

const deployment = 'mail-watch'
// What fails is named with its element; a trace of so many pages would cost more than the look at them.
test.use({ trace: 'off' })
let prepared: Prepared
/** One window for all pages, as a person has it: its cache is warm after the first. */
let seen: Page
test.beforeAll(async ({ request, browser }) => {
  test.setTimeout(240_000)
  seen = await browser.newPage({ storageState: ownerSession })
  const { workflowId, runs } = await trainMailModel(request)
  await serveBothVersions(request, { deployment, model: 'mail-check', share: 20 })
  const { history } = await callApi<{ history: { at: Date }[] }>(request, 'query', 'deployments.get', { name: deployment })
  const liveSince = history.at(-1)?.at.toISOString() ?? ''
  const { total } = await callApi<{ total: { requests: number } }>(request, 'query', 'monitor.figures', { deployment, range: '1h' })
  if (total.requests === 0) await sendTestTraffic(request, { deployment, count: 600, rate: 200, shifts: ['hour+6'] })
  await startSteadyTraffic(request, deployment)
  prepared = { workflowId, runs, liveSince, dataSetId: await uploadCsv(request, 'support-tickets.csv', ticketsCsv(600)) }
})
test.afterAll(async ({ request }) => {
  await seen.close()
  const jobs = await callApi<{ id: string }[]>(request, 'query', 'jobs.list', { kind: 'send-traffic', open: true })
  for (const { id } of jobs) await callApi(request, 'mutation', 'jobs.cancel', { id })
})

type Visit = {
  name: string
  path(prepared: Prepared): string
  /** What must be there before the page counts as loaded. */
  ready(page: Page): Locator
  /** Docs show it under this name. */
  picture?: string
  /** Whoever comes is not signed in. */
  isOutside?: boolean
  /** Brings the page to where it is looked at. */
  arrange?(page: Page): Promise<void>
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true })

const visits: readonly Visit[] = [
  { name: 'sign in', path: () => '/sign-in', ready: (page) => page.getByRole('button', { name: 'Sign in' }), isOutside: true },
  { name: 'not found', path: () => '/nowhere', ready: heading('There is nothing at this address') },
  { name: 'workflows', path: () => '/workflows', ready: (page) => page.locator('a.wf').first() },
  {
    name: 'builder',
    path: ({ workflowId }) => `/workflows/${workflowId}`,
    ready: (page) => nodeOf(page, 'split'),
    arrange: async (page) => {
      await nodeOf(page, 'split').locator('h3').click()
      await expect(page.getByRole('textbox', { name: 'Test share' })).toBeVisible()
    },
  },
  { name: 'runs', path: () => '/runs', ready: (page) => page.getByRole('link', { name: /Run \d+/ }).first() },
  { name: 'run', path: ({ runs }) => `/runs/${runs[0]}`, ready: heading('Confusion matrix') },
  { name: 'two runs', path: ({ runs: [a, b] }) => `/runs/compare?a=${a}&b=${b}`, ready: heading('Mail check: run 1 and run 2') },
  { name: 'experiments', path: () => '/experiments', ready: (page) => page.getByRole('link', { name: /Run \d+/ }).first() },
  {
    name: 'experiments side by side',
    path: ({ workflowId }) => `/experiments?workflow=${workflowId}`,
    ready: (page) => page.getByRole('checkbox', { name: /^Compare run/ }).nth(1),
    arrange: async (page) => {
      for (const nth of [0, 1])
        await page
          .getByRole('checkbox', { name: /^Compare run/ })
          .nth(nth)
          .check()
      await page.getByRole('button', { name: 'Compare 2' }).click()
      await expect(page.getByRole('heading', { name: 'Is one better?' })).toBeVisible()
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    },
  },
  { name: 'data', path: () => '/data', ready: (page) => page.getByRole('link', { name: 'support-tickets' }) },
  {
    name: 'data set',
    path: ({ dataSetId }) => `/data/${dataSetId}`,
    ready: (page) => page.getByText('minutes_to_answer').first(),
    picture: 'data-set',
  },
  { name: 'models', path: () => '/models', ready: (page) => page.getByRole('link', { name: 'mail-check' }) },
  { name: 'model', path: () => '/models/mail-check', ready: (page) => page.getByRole('row', { name: /estimator\.c/ }) },
  { name: 'version', path: () => '/models/mail-check/1', ready: heading('Confusion matrix') },
  { name: 'users', path: () => '/settings/users', ready: (page) => page.getByRole('cell', { name: 'olga@example.org' }) },
  { name: 'keys', path: () => '/settings/keys', ready: heading('API keys') },
  { name: 'secrets', path: () => '/settings/secrets', ready: heading('Secrets') },
  {
    name: 'audit log',
    path: () => '/settings/audit',
    ready: (page) => page.getByRole('row').nth(1),
    arrange: (page) => page.getByRole('searchbox').fill(deployment),
  },
  { name: 'deployments', path: () => '/deployments', ready: (page) => page.getByRole('link', { name: deployment }) },
  {
    name: 'deployment',
    path: () => `/deployments/${deployment}`,
    ready: (page) => page.getByRole('img', { name: /^Latency p99/ }),
    picture: 'deployment',
  },
  {
    name: 'sheet that deploys',
    path: () => `/deployments/${deployment}`,
    ready: heading(deployment),
    arrange: async (page) => {
      await page.getByRole('button', { name: 'Deploy a version' }).click()
      await expect(page.getByRole('dialog').getByRole('heading', { name: 'Metrics' })).toBeVisible()
    },
  },
  {
    name: 'dialog for test traffic',
    path: () => `/deployments/${deployment}`,
    ready: heading(deployment),
    arrange: async (page) => {
      await page.getByRole('button', { name: 'Send test traffic' }).click()
      await expect(page.getByRole('button', { name: /^Send 600 records/ })).toBeVisible()
    },
  },
  { name: 'monitor', path: () => '/monitor', ready: (page) => page.getByRole('link', { name: deployment }) },
  {
    name: 'monitor of a deployment',
    path: ({ liveSince }) => `/monitor/${deployment}?from=${liveSince}&to=${new Date().toISOString()}`,
    ready: (page) => page.getByRole('img', { name: /^Drift per column/ }),
    picture: 'monitor',
  },
]

for (const visit of visits) {
  test(`${visit.name}: accessible in both themes, as narrow as a phone, without an error in the console`, async ({ browser }) => {
    const page = visit.isOutside ? await browser.newPage({ storageState: { cookies: [], origins: [] } }) : seen
    const problems = listenForProblems(page)
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(visit.path(prepared))
    await expect(visit.ready(page)).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await visit.arrange?.(page)
    for (const theme of themes) {
      await switchTheme(page, theme)
      await expectAccessible(page, theme === 'light' ? 'all' : 'colours')
      if (visit.picture) await takePicture(page, visit.picture, theme)
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await expectNoOverflow(page)
    await expectAccessible(page, 'all but colours')
    expect(problems).toEqual([])
    if (visit.isOutside) await page.close()
  })
}

/** What the browser complains about: errors, and what the content security policy refuses. The page's own 404 is none. */
function listenForProblems(page: Page): string[] {
  const problems: string[] = []
  page.removeAllListeners('pageerror').removeAllListeners('console')
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    const isOwnAddress = message.location().url === page.url() && message.text().includes('404')
    if (message.type() === 'error' && !isOwnAddress) problems.push(`${message.text()} (${message.location().url})`)
  })
  return problems
}
