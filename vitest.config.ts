import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['server/**/*.test.{ts,tsx}'],
    // It has its own, which run where the adapter package is installed (server/dev/example.ts).
    exclude: ['server/examples/**', 'node_modules/**'],
    globalSetup: ['server/test/support/global-setup.ts'],
    setupFiles: ['server/test/support/noise-guard.ts'],
    pool: 'forks',
    // One more than the cores of a small machine: a test often waits, for another process or a deadline.
    maxWorkers: 3,
    // Files of a worker share its modules: reading the libraries anew for each file took a quarter of the run's time.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
