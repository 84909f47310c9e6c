import { defineConfig } from 'prisma/config'

// `prisma generate` never runs the schema engine, yet the CLI insists on its file; any existing file will do,
// and machines that cannot reach Prisma's download host can install.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
})
