import { defineConfig } from 'vitest/config'

/** The unit tests beside the pure rooms, which need no database: what Stryker runs against each mutant. */
export default defineConfig({
  test: {
    include: ['server/src/{domain,net,concurrency}/**/*.test.ts'],
    // A mutant that never settles fails its test: that is cheaper than Stryker's own timeout, which ends the process.
    testTimeout: 8_000,
  },
})
