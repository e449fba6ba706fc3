import { defineConfig } from '@playwright/test'
import { findBrowser } from './.ci/find-browser.mjs'
import { chooseHome, choosePorts } from './e2e/support/ports'

// The config is read again by every worker process: the first reading decides, the others find its choice in the environment.
const { web, gateway } = choosePorts()
const home = chooseHome()
process.env.PLAYWRIGHT_CHROMIUM_PATH ??= (await findBrowser()) ?? ''
const baseURL = `http://127.0.0.1:${web}`
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    baseURL,
    viewport: { width: 1440, height: 900 },
    // A click on what never comes fails with its name, not with the end of the test.
    actionTimeout: 30_000,
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM_PATH, args: [...asRoot, ...quiet] },
  },
  projects: [
    { name: 'owner', testMatch: 'support/owner.setup.ts' },
    { name: 'journeys', testMatch: '*.spec.ts', dependencies: ['owner'] },
  ],
  webServer: {
    command: 'node e2e/support/serve.mjs',
    url: `${baseURL}/api/health`,
    env: {
      TEST_RUNNER_PID: String(process.pid),
      STAGELINE_HOME: home,
      STAGELINE_PORT: String(web),
      STAGELINE_GATEWAY_PORT: String(gateway),
      STAGELINE_LOG_LEVEL: 'warn',
    },
    stdout: 'pipe',
    timeout: 240_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
  },
})
