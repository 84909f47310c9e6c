import { defineConfig } from 'vitest/config'

// The tests share one database, and the host's own counts its rows.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], fileParallelism: false, testTimeout: 120_000 } })
