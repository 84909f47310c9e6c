import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { migrate } from './migrate.ts'

/**
 * `npm run example`: builds and packs the adapter package, installs it beside the example host in a folder of its own, and runs
 * that host's types and tests there, against the database of DATABASE_URL. Nothing else of this repository is in that folder.
 * Needs the package registry.
 */
const HOST = 'server/examples/host'

const run = (command: string, args: readonly string[], cwd: string): void => {
  const { status } = spawnSync(command, [...args], { cwd, stdio: 'inherit', env: { ...process.env, CI: 'true' } })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

const url = process.env.DATABASE_URL
if (url === undefined) throw new Error('example: needs DATABASE_URL')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'example-host-'))
try {
  run('npm', ['run', '-s', 'build:adapter'], '.')
  fs.cpSync(HOST, folder, { recursive: true })
  run('npm', ['pack', '-s', '--pack-destination', folder, path.resolve('dist-adapter')], '.')
  const tarball = fs.readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  manifest.dependencies['booking-calendar-adapter'] = `file:./${tarball}`
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest))
  run('npm', ['install', '-s', '--prefer-offline', '--no-audit', '--no-fund'], folder)
  // Prisma's client is generated without its schema engine; any file that is there will do.
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath
  run('npm', ['run', '-s', 'generate'], folder)
  delete process.env.PRISMA_SCHEMA_ENGINE_BINARY
  await migrate(url, { folder: path.join(folder, 'prisma/migrations') })
  run('npm', ['run', '-s', 'check'], folder)
  run('npm', ['test', '-s'], folder)
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
