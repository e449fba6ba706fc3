import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['.ci/**/*.test.mjs', '{app,components,core,db,ml,server,stages,bench}/**/*.test.{ts,tsx}'],
    globalSetup: ['server/testing/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
